# directfanz_module(<folder below src> [DEPENDS <folder>...] [LIBS <target>...] [PRIVATE_LIBS <target>...] [BUSY_TESTS])
#
# One folder is one static library named after its path (media/codec -> media_codec). Beside the sources
# stand the tests (x_test.cpp, one test program a folder: media_codec_test) and the fuzzers
# (x_fuzz.cpp, one program each: media_codec_x_fuzz). A folder without sources is passed over.

add_library(directfanz_flags INTERFACE)
target_include_directories(directfanz_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(directfanz_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wimplicit-fallthrough -Wunused -Werror
  -Wno-missing-designated-field-initializers)
if(DIRECTFANZ_SANITIZE)
  target_compile_options(directfanz_flags INTERFACE
    -fsanitize=${DIRECTFANZ_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(directfanz_flags INTERFACE -fsanitize=${DIRECTFANZ_SANITIZE})
endif()
if(DIRECTFANZ_FUZZERS)
  target_compile_options(directfanz_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# directfanz_fuzzer(<name> <source> <module's target>...)
#
# A libFuzzer program. Its name is also that of its seeds and its dictionary (tests/fuzz).
function(directfanz_fuzzer name source)
  if(NOT DIRECTFANZ_FUZZERS)
    return()
  endif()
  if(NOT TARGET fuzzers)
    add_custom_target(fuzzers)
  endif()
  add_executable(${name} ${source})
  target_link_libraries(${name} PRIVATE ${ARGN})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzzers)
  add_dependencies(fuzzers ${name})
endfunction()

function(directfanz_module folder)
  cmake_parse_arguments(M "BUSY_TESTS" "" "DEPENDS;LIBS;PRIVATE_LIBS;TEST_DEPENDS" ${ARGN})
  string(REPLACE "/" "_" name ${folder})
  set(dir ${PROJECT_SOURCE_DIR}/src/${folder})

  file(GLOB all CONFIGURE_DEPENDS ${dir}/*.cpp)
  set(sources ${all})
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz)\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  set(tests ${all})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  set(fuzzers ${all})
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
  file(GLOB headers CONFIGURE_DEPENDS ${dir}/*.hpp)

  set(deps)
  foreach(dep ${M_DEPENDS})
    string(REPLACE "/" "_" dep ${dep})
    if(NOT TARGET ${dep})
      message(FATAL_ERROR "${folder} depends on ${dep}, which is no module above it in src/CMakeLists.txt")
    endif()
    list(APPEND deps ${dep})
  endforeach()

  if(sources)
    add_library(${name} STATIC ${sources} ${headers})
    target_link_libraries(${name} PUBLIC directfanz_flags ${deps} ${M_LIBS} PRIVATE ${M_PRIVATE_LIBS})
    if(DIRECTFANZ_PRECOMPILED)
      directfanz_use_precompiled(${name} directfanz_precompiled)
    endif()
  elseif(headers)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE directfanz_flags ${deps} ${M_LIBS})
  else()
    return()
  endif()

  if(DIRECTFANZ_TESTS AND tests)
    set(test_deps)
    foreach(dep ${M_TEST_DEPENDS})
      string(REPLACE "/" "_" dep ${dep})
      list(APPEND test_deps ${dep})
    endforeach()
    add_executable(${name}_test ${tests})
    target_link_libraries(${name}_test PRIVATE ${name} ${test_deps} ${M_PRIVATE_LIBS} GTest::gtest_main GTest::gmock)
    # Tests are compiled more often than they run; what they test is optimised all the same. BUSY_TESTS compute for so
    # long that they are optimised, too; the tests' precompiled headers are not.
    if(M_BUSY_TESTS)
      target_compile_options(${name}_test PRIVATE -O1)
    else()
      target_compile_options(${name}_test PRIVATE -O0)
      if(DIRECTFANZ_PRECOMPILED)
        directfanz_use_precompiled(${name}_test directfanz_precompiled_tests)
      endif()
    endif()
    # Tests run in the project's folder. Its path is in no compiler flag, or no other clone could share the ccache.
    set(where WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    # CTest starts a program a test, but those on PostgreSQL share the server that their program starts.
    set(on_postgres "")
    foreach(test ${tests})
      file(STRINGS ${test} found REGEX "^ON_EVERY_DATABASE")
      list(APPEND on_postgres ${found})
    endforeach()
    if(on_postgres)
      add_test(NAME "${folder}: on PostgreSQL" COMMAND ${name}_test --gtest_filter=*/postgres ${where})
      set_tests_properties("${folder}: on PostgreSQL" PROPERTIES TIMEOUT 300)
      set(filter TEST_FILTER -*/postgres)
    endif()
    gtest_discover_tests(${name}_test TEST_PREFIX "${folder}: " DISCOVERY_MODE PRE_TEST ${filter} ${where}
                         PROPERTIES TIMEOUT 60)
  endif()

  # Every header compiles alone. Those with a source of their own do so there, being the first that it includes
  # (tools/check_layers.ts); clang-tidy sees that without precompiled headers. The others get an empty source each.
  set(alone)
  foreach(header ${headers})
    cmake_path(REPLACE_EXTENSION header LAST_ONLY .cpp OUTPUT_VARIABLE source)
    if(NOT EXISTS ${source})
      cmake_path(GET header STEM stem)
      set(unit ${CMAKE_BINARY_DIR}/headers/${folder}/${stem}.cpp)
      file(CONFIGURE OUTPUT ${unit} CONTENT "#include \"${folder}/${stem}.hpp\"\n#include \"${folder}/${stem}.hpp\"\n")
      list(APPEND alone ${unit})
    endif()
  endforeach()
  if(DIRECTFANZ_TESTS AND alone)
    add_library(${name}_headers OBJECT ${alone})
    target_compile_options(${name}_headers PRIVATE -O0 -g0)
    target_link_libraries(${name}_headers PRIVATE ${name} ${M_PRIVATE_LIBS})
  endif()

  foreach(fuzzer ${fuzzers})
    cmake_path(GET fuzzer STEM stem)
    directfanz_fuzzer(${name}_${stem} ${fuzzer} ${name})
  endforeach()
endfunction()
