# Every third-party library, by the name under which modules link it.
# The reason for each stands in ARCHITECTURE.md.
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)
pkg_check_modules(nghttp2 REQUIRED IMPORTED_TARGET libnghttp2)
pkg_check_modules(libav REQUIRED IMPORTED_TARGET libavcodec libavfilter libavutil libswscale libswresample)
pkg_check_modules(x264 REQUIRED IMPORTED_TARGET x264)
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(freetype REQUIRED IMPORTED_TARGET freetype2)
find_package(SQLite3 REQUIRED)
pkg_check_modules(libpq REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(argon2 REQUIRED IMPORTED_TARGET libargon2)
pkg_check_modules(libfido2 REQUIRED IMPORTED_TARGET libfido2)
pkg_check_modules(libcurl REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(maxminddb REQUIRED IMPORTED_TARGET libmaxminddb)
find_package(prometheus-cpp REQUIRED)

# Asio: one executor type everywhere, no deprecated names.
add_library(directfanz_asio INTERFACE)
target_link_libraries(directfanz_asio INTERFACE Boost::headers Threads::Threads)
# A request is a nest of some six coroutines, whose frames come back at once if there is room for as many.
target_compile_definitions(directfanz_asio INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE
                           BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=8)

if(DIRECTFANZ_TESTS)
  find_package(GTest REQUIRED)
  include(GoogleTest)
endif()
