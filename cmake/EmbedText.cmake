# directfanz_embed_text(<module's folder below src> <file> <name>)
#
# Puts a text file into the program: writes <name>.inc, one string literal a line of it (a longer one is more than
# compilers have to take), whenever it changes. Run as a script (-P) it is the writer itself.

if(CMAKE_SCRIPT_MODE_FILE)
  file(READ ${FILE} text)
  string(REPLACE "\n" "\n)line\",\nR\"line(" text "${text}")
  file(WRITE ${OUTPUT} "R\"line(${text})line\",\n")
  return()
endif()

set(DIRECTFANZ_EMBED_TEXT ${CMAKE_CURRENT_LIST_FILE})

function(directfanz_embed_text folder file name)
  string(REPLACE "/" "_" module ${folder})
  set(generated ${CMAKE_BINARY_DIR}/generated/${folder})
  add_custom_command(
    OUTPUT ${generated}/${name}.inc
    COMMAND ${CMAKE_COMMAND} -DFILE=${PROJECT_SOURCE_DIR}/${file} -DOUTPUT=${generated}/${name}.inc
            -P ${DIRECTFANZ_EMBED_TEXT}
    DEPENDS ${PROJECT_SOURCE_DIR}/${file} ${DIRECTFANZ_EMBED_TEXT}
    VERBATIM)
  target_sources(${module} PRIVATE ${generated}/${name}.inc)
  target_include_directories(${module} PRIVATE ${generated})
endfunction()
