#include "load/http1_transport.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace directfanz::load {
namespace {

constexpr std::string_view kHead =
    "HTTP/1.1 200 OK\r\ncontent-LENGTH: 1234\r\nContent-Encoding: gzip\r\n\r\n";

TEST(ResponseHead, status_length_and_coding_are_read) {
    auto const head = ResponseHead::parse(std::string(kHead) + "body");
    ASSERT_TRUE(head);
    EXPECT_EQ(head->size, kHead.size());
    EXPECT_EQ(head->status, 200U);
    EXPECT_EQ(head->content_length, 1234U);
    EXPECT_TRUE(head->gzip);
}

TEST(ResponseHead, until_its_empty_line_has_come_there_is_none) {
    for (std::size_t size = 0; size < kHead.size(); ++size)
        EXPECT_FALSE(ResponseHead::parse(kHead.substr(0, size))) << size;
}

TEST(ResponseHead, what_it_cannot_count_is_refused) {
    EXPECT_THROW(ResponseHead::parse("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n"), std::runtime_error);
    EXPECT_THROW(ResponseHead::parse("SMTP\r\nContent-Length: 1\r\n\r\n"), std::runtime_error);
}

}  // namespace
}  // namespace directfanz::load
