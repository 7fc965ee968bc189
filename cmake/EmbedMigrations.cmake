# directfanz_embed_migrations(<module's folder below src>)
#
# Puts the folder's NNNN_name.sql files into the program: writes migrations.inc, one initializer of
# db::Migration a file, whenever one of them changes. Run as a script (-P) it is the writer itself.

if(CMAKE_SCRIPT_MODE_FILE)
  set(text "")
  set(expected 1)
  file(GLOB files ${FOLDER}/*.sql)
  list(SORT files)
  foreach(file ${files})
    cmake_path(GET file FILENAME filename)
    if(NOT filename MATCHES "^0*([1-9][0-9]*)_([a-z0-9_]+)\\.sql$")
      message(FATAL_ERROR "${filename}: a migration is called NNNN_name.sql")
    endif()
    set(number ${CMAKE_MATCH_1})
    set(title ${CMAKE_MATCH_2})
    if(NOT number EQUAL expected)
      message(FATAL_ERROR "${filename}: the next migration has to have the number ${expected}")
    endif()
    math(EXPR expected "${expected} + 1")
    file(READ ${file} sql)
    string(APPEND text "{${number}, \"${title}\", R\"sql(${sql})sql\"},\n")
  endforeach()
  file(WRITE ${OUTPUT} "${text}")
  return()
endif()

set(DIRECTFANZ_EMBED_MIGRATIONS ${CMAKE_CURRENT_LIST_FILE})

function(directfanz_embed_migrations folder)
  string(REPLACE "/" "_" name ${folder})
  set(dir ${PROJECT_SOURCE_DIR}/src/${folder})
  set(generated ${CMAKE_BINARY_DIR}/generated/${folder})
  file(GLOB files CONFIGURE_DEPENDS ${dir}/*.sql)
  add_custom_command(
    OUTPUT ${generated}/migrations.inc
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${dir} -DOUTPUT=${generated}/migrations.inc -P ${DIRECTFANZ_EMBED_MIGRATIONS}
    DEPENDS ${files} ${DIRECTFANZ_EMBED_MIGRATIONS}
    VERBATIM)
  target_sources(${name} PRIVATE ${generated}/migrations.inc)
  target_include_directories(${name} PRIVATE ${generated})
endfunction()
