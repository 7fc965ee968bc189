# What most sources include of other people's, read once a build: half of a clean build's time went there. Nothing of
# ours is in it, so no change of ours compiles it anew. A source still says what it includes: the builds for fuzzers and
# AddressSanitizer, and the headers that are compiled alone, go without it.
option(DIRECTFANZ_PRECOMPILED "Read other people's headers once" ON)
if(DIRECTFANZ_PRECOMPILED AND NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  set(DIRECTFANZ_PRECOMPILED OFF)
endif()

# directfanz_precompiled(<name> HEADERS <header>... LIBS <target>... [OPTIONS <flag>...])
#
function(directfanz_precompiled name)
  cmake_parse_arguments(P "" "" "HEADERS;LIBS;OPTIONS" ${ARGN})
  set(empty ${CMAKE_BINARY_DIR}/${name}.cpp)
  file(CONFIGURE OUTPUT ${empty} CONTENT "")
  add_library(${name} OBJECT ${empty})
  target_link_libraries(${name} PRIVATE directfanz_flags ${P_LIBS})
  target_compile_options(${name} PRIVATE ${P_OPTIONS})
  target_precompile_headers(${name} PRIVATE ${P_HEADERS})
  # It names files of this clone, so no other clone may get it.
  set_target_properties(${name} PROPERTIES CXX_COMPILER_LAUNCHER "")
  # ccache takes this instead of the file itself, in which stands where the clone lies. The libraries' versions stand
  # for their content.
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${name}.dir/cmake_pch.hxx.pch.sum CONTENT
       "${P_HEADERS} ${P_OPTIONS} ${CMAKE_BUILD_TYPE} ${CMAKE_CXX_FLAGS_RELWITHDEBINFO} ${DIRECTFANZ_SANITIZE} clang ${CMAKE_CXX_COMPILER_VERSION} Boost ${Boost_VERSION} fmt ${fmt_VERSION} json ${nlohmann_json_VERSION} GTest ${GTest_VERSION}\n")
endfunction()

# directfanz_use_precompiled(<target> <name>): which must be compiled with the same flags. CMake's own REUSE_FROM writes
# a path that ccache does not make relative.
function(directfanz_use_precompiled target name)
  set(file CMakeFiles/${name}.dir/cmake_pch.hxx.pch)
  get_target_property(sources ${target} SOURCES)
  set_source_files_properties(${sources} PROPERTIES OBJECT_DEPENDS ${CMAKE_BINARY_DIR}/${file})
  target_compile_options(${target} PRIVATE "SHELL:-include-pch ${file}")
endfunction()

if(DIRECTFANZ_PRECOMPILED)
  set(standard <algorithm> <array> <charconv> <chrono> <cmath> <coroutine> <cstdint> <cstring> <deque> <exception>
      <expected> <filesystem> <fstream> <functional> <future> <map> <memory> <mutex> <optional> <random> <set> <span>
      <sstream> <string> <string_view> <thread> <tuple> <unordered_map> <utility> <variant> <vector>)
  set(others <fmt/format.h> <fmt/ranges.h> <nlohmann/json.hpp> <boost/asio/async_result.hpp> <boost/asio/awaitable.hpp>
      <boost/asio/cancellation_signal.hpp> <boost/asio/co_spawn.hpp> <boost/asio/io_context.hpp> <boost/asio/post.hpp>
      <boost/asio/redirect_error.hpp> <boost/asio/steady_timer.hpp> <boost/asio/this_coro.hpp>)
  set(libs fmt::fmt directfanz_asio nlohmann_json::nlohmann_json)
  directfanz_precompiled(directfanz_precompiled HEADERS ${standard} ${others} LIBS ${libs})
  if(DIRECTFANZ_TESTS)
    directfanz_precompiled(directfanz_precompiled_tests HEADERS ${standard} ${others} <gtest/gtest.h> <gmock/gmock.h>
                           LIBS ${libs} GTest::gmock OPTIONS -O0)
  endif()
endif()
