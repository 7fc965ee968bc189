#include "system/http/http2_outbox.hpp"

#include "base/property_test.hpp"
#include "system/http/http2_test_client.hpp"

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
    Blob const body("small" + large + "end");
    outbox.add_frame(as_bytes("he"));
    outbox.add_head(as_bytes("ad"));
    outbox.add_piece(body, 0, 5);
    outbox.add_piece(body, 5, large.size());
    outbox.add_piece(body, 5 + large.size(), 3);
    ASSERT_EQ(outbox.parts().size(), 3U);
    EXPECT_EQ(outbox.parts()[0].iov_len, 9U);
    EXPECT_EQ(outbox.parts()[1].iov_base, static_cast<void const*>(body.data() + 5)) << "no copy";
    EXPECT_EQ(text_of(outbox), "headsmall" + large + "end");
}

TEST(Http2Outbox, ForgetsWhatTheKernelTook) {
    for_all_seeds([](auto& any) {
        Http2Outbox outbox;
        std::string expected;
        for (auto i = any.template number<int>(1, 12); i > 0; --i) {
            auto const size = any.template number<std::size_t>(1, 1000);
            std::string const text(size, static_cast<char>('a' + i));
            auto const from = any.template number<std::size_t>(0, size - 1);
            // The batch is the only owner from here on.
            outbox.add_piece(Blob::copy_of(as_bytes(text)), from, size - from);
            expected += text.substr(from);
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
    Blob const body(large);
    Http2Outbox by_bytes;
    for (auto i = 0; i < 4; ++i) {
        EXPECT_FALSE(by_bytes.full());
        by_bytes.add_piece(body, 0, body.size());
    }
    EXPECT_TRUE(by_bytes.full());

    Http2Outbox by_parts;
    for (std::size_t i = 0; i < io::kMaxGather; ++i) {
        EXPECT_FALSE(by_parts.full());
        by_parts.add_piece(body, 0, 1000);
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
        for (auto i = 0; i < 3; ++i) outbox.add_piece(Blob(small), 0, small.size());
        expected += small + small + small;
    }
    EXPECT_EQ(text_of(outbox), expected);
    EXPECT_LE(expected.size(), Http2Outbox::kCopiedBytes);
    EXPECT_GT(expected.size() + 3 * small.size(), Http2Outbox::kCopiedBytes);
}

TEST(Http2Outbox, OwnsEachBodyUntilItsLastByteIsTaken) {
    constexpr std::size_t kBytes = 1000;
    testing::WatchedBody first('a', 2 * kBytes);
    testing::WatchedBody second('b', kBytes);
    testing::WatchedBody copied('c', Http2Outbox::kCopyBelow);
    Http2Outbox outbox;
    {
        auto const body = first.release();
        outbox.add_piece(body, 0, kBytes);
        outbox.add_head(as_bytes("head"));
        outbox.add_piece(body, kBytes, kBytes);
    }
    outbox.add_piece(second.release(), 0, kBytes);
    outbox.add_piece(copied.release(), 0, Http2Outbox::kCopyBelow);
    EXPECT_TRUE(copied.gone());
    outbox.advance(kBytes + 4 + kBytes - 1);
    EXPECT_FALSE(first.gone());
    outbox.advance(1);
    EXPECT_TRUE(first.gone());
    EXPECT_FALSE(second.gone());
    outbox.advance(kBytes + Http2Outbox::kCopyBelow);
    EXPECT_TRUE(second.gone());
    EXPECT_TRUE(outbox.empty());
}

TEST(Http2Outbox, LetsGoOfAllWhenItIsCleared) {
    constexpr std::size_t kBytes = 1000;
    testing::WatchedBody taken('a', kBytes);
    testing::WatchedBody waiting('b', kBytes);
    Http2Outbox outbox;
    outbox.add_piece(taken.release(), 0, kBytes);
    outbox.add_piece(waiting.release(), 0, kBytes);
    outbox.complete(206);
    EXPECT_EQ(outbox.completed(), std::vector<unsigned>{206});
    outbox.advance(kBytes + 1);
    EXPECT_FALSE(waiting.gone());
    outbox.clear();
    EXPECT_TRUE(taken.gone());
    EXPECT_TRUE(waiting.gone());
    EXPECT_TRUE(outbox.empty());
    EXPECT_TRUE(outbox.completed().empty());
}

}  // namespace
}  // namespace directfanz::http
