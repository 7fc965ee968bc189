#include "base/property_test.hpp"
#include "media/container/mp4/box_reader.hpp"
#include "media/container/mp4/box_writer.hpp"
#include "media/container/mp4/file_boxes.hpp"
#include "media/container/mp4/fragment_boxes.hpp"
#include "media/container/mp4/movie_boxes.hpp"
#include "media/container/mp4/sample_entries.hpp"

#include <deque>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace directfanz::mp4 {
namespace {

using directfanz::testing::for_all_seeds;
using directfanz::testing::Generator;

// Fills a box with random values by the same function that reads and writes it.
class Randomiser final : public BoxIo {
  public:
    explicit Randomiser(Generator& any) : any_(any) {}

    void full_box(std::uint8_t& version, std::uint32_t& flags, FullBox known) override {
        version = any_.number<std::uint8_t>(0, known.newest_version);
        flags = static_cast<std::uint32_t>(any_.bits(24)) & known.known_flags;
    }
    void text(std::string& value) override {
        value.clear();
        for (auto const byte : any_.bytes(20)) value.push_back(static_cast<char>(byte | 1));
    }
    void rest(Bytes& value) override { value = any_.bytes(30); }
    void rest(std::vector<ByteView>& pieces) override {
        pieces.clear();
        for (auto n = any_.bits(2); n > 0; --n) {
            pieces.emplace_back(owned_.emplace_back(any_.bytes(10)));
        }
    }
    bool ok() const override { return true; }

  private:
    void integer(std::uint64_t& value, unsigned bytes) override {
        // Fields on which others depend are often 0 or at their end.
        value = any_.one_in(4) ? 0 : any_.bits(8 * bytes);
        if (any_.one_in(8)) value = ~std::uint64_t{0} >> (64 - 8 * bytes);
    }
    std::size_t count(std::size_t, unsigned, std::size_t) override { return any_.bits(3); }
    bool another(bool) override { return !any_.one_in(4); }
    bool enter(FourCc, Presence presence) override {
        return presence == Presence::required || any_.coin();
    }
    bool enter_descriptor(std::uint8_t) override { return true; }
    void leave() override {}

    Generator& any_;
    std::deque<Bytes> owned_;
};

template <typename Box>
Box random_box(Generator& any) {
    Box box;
    Randomiser randomiser(any);
    box.fields(randomiser);
    return box;
}

template <typename Box>
class AnyBox : public ::testing::Test {};

using AllBoxes = ::testing::Types<
    FileTypeBox, SegmentTypeBox, ProducerReferenceTimeBox, EventMessageBox, MovieBox,
    MovieHeaderBox, MovieExtendsBox, TrackExtendsBox, TrackBox, TrackHeaderBox, EditBox,
    EditListBox, MediaBox, MediaHeaderBox, HandlerBox, MediaInformationBox, VideoMediaHeaderBox,
    SoundMediaHeaderBox, DataInformationBox, DataReferenceBox, DataEntryUrlBox, SampleTableBox,
    SampleDescriptionBox, AvcSampleEntry, AvcConfigurationBox, PixelAspectRatioBox,
    ColourInformationBox, Mp4AudioSampleEntry, EsDescriptorBox, TimeToSampleBox, SampleToChunkBox,
    SampleSizeBox, ChunkOffsetBox, MovieFragmentBox, MovieFragmentHeaderBox, TrackFragmentBox,
    TrackFragmentHeaderBox, TrackFragmentDecodeTimeBox, TrackRunBox>;

struct BoxName {
    template <typename Box>
    static std::string GetName(int) {
        auto name = to_string(Box::kType);
        for (auto& c : name) c = c == ' ' ? '_' : c;
        return name;
    }
};

TYPED_TEST_SUITE(AnyBox, AllBoxes, BoxName);

TYPED_TEST(AnyBox, IsReadBackAsItWasWritten) {
    for_all_seeds([](Generator& any) {
        auto const box = random_box<TypeParam>(any);
        auto const again = read_box<TypeParam>(to_bytes(box));
        ASSERT_TRUE(again) << describe(again.error());
        EXPECT_EQ(*again, box);
    });
}

TYPED_TEST(AnyBox, HasTheSizeThatTheMeterTells) {
    for_all_seeds([](Generator& any) {
        auto box = random_box<TypeParam>(any);
        auto const bytes = to_bytes(box);
        EXPECT_EQ(size_of(box), bytes.size());
        EXPECT_EQ(ByteReader(bytes).u32(), bytes.size()) << "its own size field";
    });
}

TYPED_TEST(AnyBox, IsFoundAmongUnknownBoxes) {
    for_all_seeds(
        [](Generator& any) {
            auto box = random_box<TypeParam>(any);
            ByteWriter file;
            file.u32(11);
            file.text("freeabc");
            write_box(file, box);
            file.u32(8);
            file.text("skip");
            auto const again = read_box<TypeParam>(file.view());
            ASSERT_TRUE(again) << describe(again.error());
            EXPECT_EQ(*again, box);
        },
        50);
}

TYPED_TEST(AnyBox, IsRefusedWhenCutShort) {
    for_all_seeds(
        [](Generator& any) {
            auto const bytes = to_bytes(random_box<TypeParam>(any));
            auto const cut = any.number<std::size_t>(0, bytes.size() - 1);
            auto const again = read_box<TypeParam>(ByteView(bytes).first(cut));
            ASSERT_FALSE(again) << cut << " of " << bytes.size();
            EXPECT_EQ(again.error().kind, ErrorKind::invalid);
            EXPECT_FALSE(again.error().message.empty());
        },
        200);
}

TYPED_TEST(AnyBox, SurvivesDamage) {
    for_all_seeds([](Generator& any) {
        auto bytes = to_bytes(random_box<TypeParam>(any));
        for (int i = 0; i < 3; ++i) {
            bytes[any.number<std::size_t>(0, bytes.size() - 1)] =
                static_cast<std::uint8_t>(any.coin() ? 0xFF : any.bits(8));
        }
        if (any.coin()) {
            // A box that claims what is left of it.
            bytes.resize(any.number<std::size_t>(8, bytes.size()));
            bytes[0] = bytes[1] = 0;
            bytes[2] = static_cast<std::uint8_t>(bytes.size() >> 8);
            bytes[3] = static_cast<std::uint8_t>(bytes.size());
        }
        auto const box = read_box<TypeParam>(bytes);
        if (!box) {
            EXPECT_FALSE(box.error().message.empty());
            return;
        }
        // What was understood is understood again.
        auto const again = read_box<TypeParam>(to_bytes(*box));
        ASSERT_TRUE(again) << describe(again.error());
        EXPECT_EQ(*again, *box);
    });
}

TEST(MediaDataBox, HoldsItsPiecesInARow) {
    for_all_seeds([](Generator& any) {
        MediaDataBox box;
        Randomiser randomiser(any);
        box.fields(randomiser);
        Bytes expected;
        for (auto const piece : box.pieces) {
            expected.insert(expected.end(), piece.begin(), piece.end());
        }
        auto const bytes = to_bytes(box);
        auto const again = read_box<MediaDataBox>(bytes);
        ASSERT_TRUE(again);
        ASSERT_EQ(again->pieces.size(), 1U);
        EXPECT_EQ(Bytes(again->pieces[0].begin(), again->pieces[0].end()), expected);
    });
}

// The bytes themselves, so that reading and writing are not wrong in the same way.
TEST(Box, IsLaidOutAsTheStandardSays) {
    TrackFragmentDecodeTimeBox decode_time;
    decode_time.base_media_decode_time = 0x0102030405060708;
    EXPECT_EQ(to_bytes(decode_time),
              (Bytes{0, 0, 0, 20, 't', 'f', 'd', 't', 1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8}));

    TrackRunBox run;
    run.flags = TrackRunBox::kDataOffsetPresent | TrackRunBox::kSampleSizePresent |
                TrackRunBox::kSampleCompositionTimeOffsetsPresent;
    run.data_offset = 100;
    run.samples = {{.duration = 9, .size = 5, .flags = 9, .composition_time_offset = -2}};
    EXPECT_EQ(to_bytes(run), (Bytes{0, 0, 0, 28, 't', 'r', 'u', 'n', 1, 0,    0x0A, 0x01, 0,   0, 0,
                                    1, 0, 0, 0,  100, 0,   0,   0,   5, 0xFF, 0xFF, 0xFF, 0xFE}));

    ColourInformationBox colour;
    colour.colour_primaries = 1;
    colour.transfer_characteristics = 13;
    colour.matrix_coefficients = 1;
    colour.range = 0x80;
    EXPECT_EQ(to_bytes(colour), (Bytes{0, 0, 0, 19, 'c', 'o', 'l', 'r', 'n', 'c', 'l', 'x', 0, 1, 0,
                                       13, 0, 1, 0x80}));
    EXPECT_EQ(read_box<ColourInformationBox>(to_bytes(colour)).value(), colour);
}

// Captured: the esds of ffmpeg 5.1 for AAC-LC, 48 kHz, mono.
TEST(Box, ReadsTheDescriptorOfFfmpeg) {
    Bytes const captured{0,    0,    0,    0x36, 'e',  's',  'd',  's',  0,    0,    0,
                         0,    0x03, 0x80, 0x80, 0x80, 0x25, 0,    1,    0,    0x04, 0x80,
                         0x80, 0x80, 0x17, 0x40, 0x15, 0,    0,    0,    0,    1,    0x33,
                         0x43, 0,    1,    0x33, 0x43, 0x05, 0x80, 0x80, 0x80, 0x05, 0x11,
                         0x88, 0x56, 0xE5, 0,    0x06, 0x80, 0x80, 0x80, 0x01, 0x02};
    auto const box = read_box<EsDescriptorBox>(captured);
    ASSERT_TRUE(box) << describe(box.error());
    EXPECT_EQ(box->es_id, 1);
    EXPECT_EQ(box->object_type_indication, EsDescriptorBox::kMpeg4Audio);
    EXPECT_EQ(box->average_bitrate, 78659U);
    EXPECT_EQ(box->decoder_specific_info, (Bytes{0x11, 0x88, 0x56, 0xE5, 0}));
    EXPECT_EQ(to_bytes(*box), captured);
}

TEST(BoxReader, TakesADescriptorWithALengthOfOneByte) {
    Bytes const short_lengths{0, 0, 0, 40,   'e',  's',  'd',  's', 0, 0,    0,    0, 0x03, 0x1A,
                              0, 1, 0, 0x04, 0x12, 0x40, 0x15, 0,   0, 0,    0,    0, 0,    0,
                              0, 0, 0, 0,    0x05, 0x03, 1,    2,   3, 0x06, 0x01, 2};
    auto const box = read_box<EsDescriptorBox>(short_lengths);
    ASSERT_TRUE(box) << describe(box.error());
    EXPECT_EQ(box->decoder_specific_info, (Bytes{1, 2, 3}));
}

TEST(BoxReader, NamesThePathToWhatItMisses) {
    MovieBox movie;
    movie.tracks.emplace_back();
    auto bytes = to_bytes(movie);
    auto const at = as_text(bytes).find("stts");
    ASSERT_NE(at, std::string_view::npos);
    bytes[at] = 'x';
    auto const refused = read_box<MovieBox>(bytes);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().where, "MP4/moov/trak/mdia/minf/stbl");
    EXPECT_EQ(refused.error().message, "box 'stts' is missing");
}

TEST(BoxReader, RefusesAVersionThatIsNotKnown) {
    auto bytes = to_bytes(MovieFragmentHeaderBox{});
    bytes[8] = 7;
    auto const refused = read_box<MovieFragmentHeaderBox>(bytes);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unsupported);
}

TEST(BoxReader, TakesASizeOfSixtyFourBitsAndOneToTheEnd) {
    Bytes const large{0, 0, 0, 1, 'm', 'd', 'a', 't', 0, 0, 0, 0, 0, 0, 0, 18, 7, 8};
    auto const first = read_box<MediaDataBox>(large);
    ASSERT_TRUE(first) << describe(first.error());
    EXPECT_EQ(first->pieces[0].size(), 2U);

    Bytes const to_end{0, 0, 0, 0, 'm', 'd', 'a', 't', 7, 8, 9};
    auto const second = read_box<MediaDataBox>(to_end);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->pieces[0].size(), 3U);
}

TEST(BoxReader, RefusesSizesBelowTheirOwnHeader) {
    EXPECT_FALSE(find_boxes(Bytes{0, 0, 0, 7, 'm', 'd', 'a', 't'}));
    EXPECT_FALSE(find_boxes(Bytes{0, 0, 0, 1, 'm', 'd', 'a', 't', 0, 0, 0, 0, 0, 0, 0, 8}));
    EXPECT_FALSE(find_boxes(
        Bytes{0, 0, 0, 1, 'm', 'd', 'a', 't', 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}));
}

TEST(BoxReader, RefusesTooManyBoxesInARow) {
    ByteWriter writer;
    for (std::size_t i = 0; i <= kMaxChildren; ++i) {
        writer.u32(8);
        writer.text("free");
    }
    auto const refused = find_boxes(writer.view());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::too_large);
    EXPECT_TRUE(find_boxes(writer.view().subspan(8)));
}

// Samples without a field of their own take no bytes: the count alone must not cost memory.
TEST(BoxReader, LimitsEntriesThatTakeNoBytes) {
    auto const run_of = [](std::uint32_t count) {
        ByteWriter writer;
        writer.u32(16);
        writer.text("trun");
        writer.u32(0);
        writer.u32(count);
        return writer.take();
    };
    EXPECT_TRUE(read_box<TrackRunBox>(run_of(kMaxEntries)));
    auto const refused = read_box<TrackRunBox>(run_of(kMaxEntries + 1));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::too_large);

    // Nor may many runs together hold more.
    TrackFragmentBox fragment;
    fragment.runs.resize(2);
    for (auto& run : fragment.runs) run.samples.resize(kMaxEntries / 2 + 1);
    EXPECT_EQ(read_box<TrackFragmentBox>(to_bytes(fragment)).error().kind, ErrorKind::too_large);
}

TEST(BoxReader, RefusesMoreEntriesThanTheBoxHolds) {
    auto bytes = to_bytes(ChunkOffsetBox{.offsets = {1, 2, 3}});
    bytes[15] = 4;
    EXPECT_EQ(read_box<ChunkOffsetBox>(bytes).error().message, "4 entries in 12 bytes");
}

TEST(FourCc, IsPrintable) {
    EXPECT_EQ(to_string(fourcc("moov")), "moov");
    EXPECT_EQ(to_string(FourCc{0x00'41'FF'0A}), "?A??");
}

}  // namespace
}  // namespace directfanz::mp4
