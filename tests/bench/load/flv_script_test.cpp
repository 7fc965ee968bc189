#include "load/flv_script.hpp"

#include "load/stamps.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace directfanz::load {
namespace {

struct Tag {
    std::uint8_t type;
    std::uint32_t ms;
    Bytes body;
};

Bytes flv(std::vector<Tag> const& tags) {
    Bytes out{'F', 'L', 'V', 1, 5, 0, 0, 0, 9, 0, 0, 0, 0};
    for (auto const& [type, ms, body] : tags) {
        auto const size = body.size();
        out.insert(out.end(),
                   {type, static_cast<std::uint8_t>(size >> 16),
                    static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size),
                    static_cast<std::uint8_t>(ms >> 16), static_cast<std::uint8_t>(ms >> 8),
                    static_cast<std::uint8_t>(ms), static_cast<std::uint8_t>(ms >> 24), 0, 0, 0});
        out.insert(out.end(), body.begin(), body.end());
        out.insert(out.end(), {0, 0, 0, 0});
    }
    return out;
}

Bytes const kAvcConfig{0x17, 0, 0, 0, 0, 1, 2, 3};
Bytes const kAacConfig{0xAF, 0, 0x11, 0x90};

Bytes picture(std::size_t size) {
    Bytes body{0x27, 1, 0, 0, 0, 0, 0, 0, 1, 0x41};
    body.resize(size, 0xAB);
    return body;
}

FlvScript script(Stamps stamps, std::size_t picture_size = 20) {
    auto const file = flv({{18, 0, {2, 0, 1, 'x'}},
                           {9, 0, kAvcConfig},
                           {8, 0, kAacConfig},
                           {9, 0, picture(picture_size)},
                           {8, 5, {0xAF, 1, 9, 9}},
                           {9, 33, picture(picture_size)},
                           {9, 66, picture(picture_size)},
                           {9, 66, kAvcConfig}});
    return FlvScript::parse(file, milliseconds(66), stamps);
}

TEST(FlvScript, headers_are_sent_once_and_frames_of_one_round_again_and_again) {
    auto const made = script(Stamps::none);
    ASSERT_EQ(made.opening.size(), 3U);
    ASSERT_EQ(made.frames.size(), 3U);
    EXPECT_TRUE(made.frames[0].video);
    EXPECT_FALSE(made.frames[1].video);
    EXPECT_EQ(made.frames[1].time, milliseconds(5));
    EXPECT_EQ(made.frames[2].time, milliseconds(33));
    EXPECT_EQ(made.length, milliseconds(66));
}

TEST(FlvScript, metadata_is_set_as_encoders_do) {
    auto const made = script(Stamps::none);
    auto const text = as_text(made.opening[0].bytes);
    EXPECT_EQ(text.substr(kMessageHeader + 3, 13), "@setDataFrame");
    EXPECT_TRUE(text.ends_with(std::string_view("\x02\x00\x01x", 4)));
}

TEST(FlvScript, long_messages_are_cut_into_chunks) {
    Bytes const body(kChunkSize * 2 + 10, 0x55);
    auto const bytes = chunked(9, 6, 1, body);
    EXPECT_EQ(bytes.size(), kMessageHeader + body.size() + 2);
    EXPECT_EQ(Bytes(bytes.begin(), bytes.begin() + 12),
              (Bytes{6, 0, 0, 0, 0, 0x20, 0x0A, 9, 1, 0, 0, 0}));
    EXPECT_EQ(bytes[kMessageHeader + kChunkSize], 0xC6);
    EXPECT_EQ(bytes[kMessageHeader + 2 * kChunkSize + 1], 0xC6);
    // Nothing follows a chunk that is just full.
    EXPECT_EQ(chunked(8, 5, 1, Bytes(kChunkSize)).size(), kMessageHeader + kChunkSize);
}

TEST(FlvScript, a_timestamp_is_set_in_a_copy_of_the_message) {
    auto bytes = script(Stamps::none).frames[0].bytes;
    Message::set_timestamp(bytes, milliseconds(0x010203));
    EXPECT_EQ(Bytes(bytes.begin(), bytes.begin() + 4), (Bytes{6, 1, 2, 3}));
    EXPECT_THROW(Message::set_timestamp(bytes, milliseconds(0xFFFFFF)), std::runtime_error);
}

TEST(FlvScript, a_stamp_is_a_nal_unit_before_the_picture) {
    for (std::size_t const size : {20U, 5000U}) {
        auto const made = script(Stamps::every_frame, size);
        auto bytes = made.frames[0].bytes;
        auto const stamp = made.frames[0].stamp;
        ASSERT_GT(stamp, 0U);
        EXPECT_EQ(made.frames[1].stamp, 0U);
        EXPECT_EQ(made.opening[1].stamp, 0U);
        // The NAL unit's length leads to the next one's.
        auto const nal = kMessageHeader + 5;
        auto const length = bytes[nal + 3];
        EXPECT_EQ(bytes[nal + 4], 6);
        EXPECT_EQ(Bytes(bytes.begin() + nal + 4 + length, bytes.begin() + nal + 4 + length + 5),
                  (Bytes{0, 0, 0, 1, 0x41}));
        std::string_view const digits = "000000000042";
        std::copy(digits.begin(), digits.end(), bytes.begin() + static_cast<std::ptrdiff_t>(stamp));
        EXPECT_EQ(stamps_in(as_text(bytes)), std::vector<std::size_t>{42});
    }
}

TEST(FlvScript, what_is_no_whole_flv_file_is_refused) {
    auto const whole = flv({{9, 0, picture(20)}});
    EXPECT_NO_THROW(FlvScript::parse(whole, milliseconds(1), Stamps::none));
    auto const parse = [](ByteView bytes) {
        return FlvScript::parse(bytes, milliseconds(1), Stamps::none);
    };
    EXPECT_THROW(parse(ByteView(whole).first(whole.size() - 1)), std::runtime_error);
    EXPECT_THROW(parse(as_bytes("GIF89a, which is not FLV")), std::runtime_error);
    EXPECT_THROW(parse(flv({})), std::runtime_error);
    EXPECT_THROW(FlvScript::parse(flv({{9, 5, picture(20)}, {9, 4, picture(20)}}), milliseconds(10),
                                  Stamps::none),
                 std::runtime_error);
}

TEST(Stamps, all_pictures_of_a_part_are_found_in_their_order) {
    auto const mark = std::string(kStampMark);
    auto const part = "moof" + mark + "000000000007" + "picture" + mark + "000000000008" + mark;
    EXPECT_EQ(stamps_in(part), (std::vector<std::size_t>{7, 8}));
    EXPECT_TRUE(stamps_in(mark + "00000000000x").empty());
    EXPECT_TRUE(stamps_in("").empty());
}

}  // namespace
}  // namespace directfanz::load
