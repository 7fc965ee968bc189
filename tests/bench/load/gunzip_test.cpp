#include "load/gunzip.hpp"

#include <stdexcept>

#include <gtest/gtest.h>
#include <zlib.h>

namespace directfanz::load {
namespace {

TEST(Gunzip, what_was_compressed_comes_back) {
    std::string const text(100'000, 'x');
    std::string packed(::compressBound(text.size()) + 64, '\0');
    z_stream stream{};
    ASSERT_EQ(::deflateInit2(&stream, 1, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    ASSERT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
    packed.resize(stream.total_out);
    ::deflateEnd(&stream);
    EXPECT_EQ(gunzip(packed), text);
    EXPECT_THROW(gunzip(packed.substr(0, packed.size() / 2)), std::runtime_error);
    EXPECT_THROW(gunzip("no gzip at all"), std::runtime_error);
}

}  // namespace
}  // namespace directfanz::load
