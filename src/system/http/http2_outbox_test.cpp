#include "system/http/http2_outbox.hpp"

#include "base/property_test.hpp"

#include <string>

#include <gtest/gtest.h>

namespace directfanz::http {
namespace {

using directfanz::testing::for_all_seeds;

std::string text_of(Http2Outbox const& outbox) {
    std::string text;
    for (auto const& part : outbox.parts()) {
        text.append(static_cast<char const*>(part.iov_base), part.iov_len);
    }
    return text;
}

TEST(Http2Outbox, JoinsWhatIsCopiedAndNamesWhatIsLarge) {
    Http2Outbox outbox;
    EXPECT_TRUE(outbox.empty());
    std::string const large(Http2Outbox::kCopyBelow + 1, 'b');
    outbox.add_frame(as_bytes("head"));
    outbox.add_piece(as_bytes("small"));
    outbox.add_piece(as_bytes(large));
    outbox.add_piece(as_bytes("end"));
    ASSERT_EQ(outbox.parts().size(), 3U);
    EXPECT_EQ(outbox.parts()[0].iov_len, 9U);
    EXPECT_EQ(outbox.parts()[1].iov_base, static_cast<void const*>(large.data())) << "no copy";
    EXPECT_EQ(text_of(outbox), "headsmall" + large + "end");
}

TEST(Http2Outbox, ForgetsWhatTheKernelTook) {
    for_all_seeds([](auto& any) {
        Http2Outbox outbox;
        std::string const large(600, 'x');
        std::string expected;
        for (auto i = any.template number<int>(1, 12); i > 0; --i) {
            auto const size = any.template number<std::size_t>(1, large.size());
            outbox.add_piece(as_bytes(large).first(size));
            expected += large.substr(0, size);
        }
        while (!outbox.empty()) {
            ASSERT_EQ(text_of(outbox), expected);
            auto const taken = any.template number<std::size_t>(1, expected.size());
            outbox.advance(taken);
            expected.erase(0, taken);
        }
        EXPECT_EQ(expected, "");
    });
}

TEST(Http2Outbox, IsFullAtItsBytesItsPartsAndALongFrame) {
    std::string const large(64 * 1024, 'x');
    Http2Outbox by_bytes;
    for (auto i = 0; i < 4; ++i) {
        EXPECT_FALSE(by_bytes.full());
        by_bytes.add_piece(as_bytes(large));
    }
    EXPECT_TRUE(by_bytes.full());

    Http2Outbox by_parts;
    for (std::size_t i = 0; i < io::kMaxGather; ++i) {
        EXPECT_FALSE(by_parts.full());
        by_parts.add_piece(as_bytes(large).first(1000));
    }
    EXPECT_TRUE(by_parts.full());

    Http2Outbox by_frame;
    by_frame.add_frame(as_bytes(large));
    EXPECT_TRUE(by_frame.full()) << "its bytes are valid until the next frame only";
    EXPECT_EQ(by_frame.parts()[0].iov_base, static_cast<void const*>(large.data()));
    by_frame.clear();
    EXPECT_TRUE(by_frame.empty());
    EXPECT_FALSE(by_frame.full());
}

TEST(Http2Outbox, PromisesRoomOnlyWhereItHasIt) {
    std::string const small(Http2Outbox::kCopyBelow, 's');
    Http2Outbox outbox;
    std::string expected;
    while (outbox.has_room_for(3) && !outbox.full()) {
        for (auto i = 0; i < 3; ++i) outbox.add_piece(as_bytes(small));
        expected += small + small + small;
    }
    EXPECT_EQ(text_of(outbox), expected);
    EXPECT_LE(expected.size(), Http2Outbox::kCopiedBytes);
    EXPECT_GT(expected.size() + 3 * small.size(), Http2Outbox::kCopiedBytes);
}

TEST(Http2Outbox, HoldsBodiesUntilItIsCleared) {
    auto const bytes = std::make_shared<FileMapping const>();
    std::weak_ptr<FileMapping const> const watched = bytes;
    Http2Outbox outbox;
    outbox.hold({Blob::of_file(bytes, {})});
    EXPECT_EQ(watched.use_count(), 2);
    outbox.complete(206);
    EXPECT_EQ(outbox.completed(), std::vector<unsigned>{206});
    outbox.clear();
    EXPECT_EQ(watched.use_count(), 1);
    EXPECT_TRUE(outbox.completed().empty());
}

}  // namespace
}  // namespace directfanz::http
