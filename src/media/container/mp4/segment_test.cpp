#include "media/container/mp4/segment.hpp"

#include "base/byte_writer.hpp"
#include "base/property_test.hpp"
#include "media/codec/aac.hpp"
#include "media/codec/h264.hpp"
#include "media/codec/h264_captures_test.hpp"
#include "media/container/mp4/box_reader.hpp"
#include "media/container/mp4/box_writer.hpp"
#include "media/container/mp4/file_boxes.hpp"
#include "media/container/mp4/fragment_boxes.hpp"
#include "media/container/mp4/segment_reader.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace directfanz::mp4 {
namespace {

using directfanz::testing::for_all_seeds;
using directfanz::testing::Generator;
namespace captures = h264::captures;

Track video_track(std::string_view record = captures::kHigh1080p60) {
    return h264::describe(Blob(captures::from_hex(record))).value();
}

Track audio_track(Bytes config = {0x11, 0x90}) {
    return aac::describe(Blob(std::move(config))).value();
}

Sample sample(std::int64_t dts, std::uint32_t duration, bool sync, Bytes payload,
              std::int32_t composition_offset = 0) {
    return {.dts = dts,
            .composition_offset = composition_offset,
            .duration = duration,
            .sync = sync,
            .payload = Blob(std::move(payload))};
}

void expect_same(std::vector<Sample> const& read, std::span<Sample const> written) {
    ASSERT_EQ(read.size(), written.size());
    for (std::size_t i = 0; i < written.size(); ++i) {
        EXPECT_EQ(read[i].dts, written[i].dts) << i;
        EXPECT_EQ(read[i].duration, written[i].duration) << i;
        EXPECT_EQ(read[i].composition_offset, written[i].composition_offset) << i;
        EXPECT_EQ(read[i].sync, written[i].sync) << i;
        EXPECT_EQ(read[i].payload, written[i].payload) << i;
    }
}

std::vector<Sample> samples_of(Blob const& data, Track const& track) {
    auto const init = read_init(init_segment(track).view());
    auto const chunks = read_chunks(data, init.value());
    EXPECT_TRUE(chunks) << describe(chunks.error());
    std::vector<Sample> samples;
    for (auto const& chunk : chunks.value()) {
        samples.insert(samples.end(), chunk.samples.begin(), chunk.samples.end());
    }
    return samples;
}

std::vector<FourCc> types_of(ByteView bytes) {
    std::vector<FourCc> types;
    for (auto const& box : find_boxes(bytes).value()) types.push_back(box.type);
    return types;
}

TEST(InitSegment, IsFileTypeAndMovie) {
    auto const init = init_segment(video_track());
    EXPECT_EQ(types_of(init.view()), (std::vector{fourcc("ftyp"), fourcc("moov")}));
    auto const brands = read_box<FileTypeBox>(init.view()).value().compatible_brands;
    EXPECT_NE(std::ranges::find(brands, fourcc("cmfc")), brands.end());
    EXPECT_NE(std::ranges::find(brands, fourcc("iso6")), brands.end());
}

TEST(InitSegment, TellsTheTrackThatItWasMadeOf) {
    for (auto const& track :
         {video_track(), video_track(captures::kBaseline360p),
          video_track(captures::kInterlaced576i), audio_track(),
          audio_track({0x13, 0x90, 0x56, 0xE5, 0xA0}), audio_track({0x10, 0x10})}) {
        auto const init = read_init(init_segment(track).view());
        ASSERT_TRUE(init) << describe(init.error());
        EXPECT_EQ(init->track, track) << track.codec_string;
    }
}

TEST(InitSegment, HasOneTrackWhoseMediaIsInFragments) {
    auto const movie = read_box<MovieBox>(init_segment(video_track()).view()).value();
    ASSERT_EQ(movie.tracks.size(), 1U);
    ASSERT_TRUE(movie.extends);
    EXPECT_EQ(movie.extends->tracks.front().track_id, movie.tracks.front().header.track_id);
    EXPECT_EQ(movie.header.duration, 0U);
    EXPECT_FALSE(movie.tracks.front().edits);
    auto const& samples = movie.tracks.front().media.information.samples;
    EXPECT_TRUE(samples.times.entries.empty());
    EXPECT_TRUE(samples.sizes.sizes.empty());
}

TEST(InitSegment, GivesTheSizeInSamplesAndTheSizeAsShown) {
    auto const movie =
        read_box<MovieBox>(init_segment(video_track(captures::kInterlaced576i)).view()).value();
    auto const& track = movie.tracks.front();
    EXPECT_EQ(track.header.width, 768U << 16);
    EXPECT_EQ(track.header.height, 576U << 16);
    auto const& entry = track.media.information.samples.descriptions.avc.front();
    EXPECT_EQ(entry.width, 720);
    EXPECT_EQ(entry.height, 576);
    EXPECT_EQ(entry.aspect_ratio, (PixelAspectRatioBox{.h_spacing = 16, .v_spacing = 15}));
}

TEST(InitSegment, TellsColoursOnlyIfTheBitstreamDoes) {
    auto const entry_of = [](std::string_view record) {
        auto const movie = read_box<MovieBox>(init_segment(video_track(record)).view()).value();
        return movie.tracks.front().media.information.samples.descriptions.avc.front();
    };
    auto const colour = entry_of(captures::kHigh1080p60).colour;
    ASSERT_TRUE(colour);
    EXPECT_EQ(colour->colour_type, ColourInformationBox::kCodePoints);
    EXPECT_EQ(colour->colour_primaries, 1);
    EXPECT_EQ(colour->range, 0);
    EXPECT_FALSE(entry_of(captures::kBaseline360p).colour);
    EXPECT_FALSE(entry_of(captures::kHigh1080p60).aspect_ratio);
}

TEST(InitSegment, GivesHeAacTheRateAndChannelsOfItsOutput) {
    // 22050 Hz mono, with SBR and parametric stereo: 44100 Hz stereo.
    auto const track = audio_track({0x13, 0x88, 0x56, 0xE5, 0xA5, 0x48, 0x80});
    ASSERT_EQ(track.codec_string, "mp4a.40.29");
    auto const movie = read_box<MovieBox>(init_segment(track).view()).value();
    auto const& media = movie.tracks.front().media;
    EXPECT_EQ(media.header.timescale, 44100U);
    auto const& entry = media.information.samples.descriptions.mp4_audio.front();
    EXPECT_EQ(entry.sample_rate, 44100U << 16);
    EXPECT_EQ(entry.channel_count, 2);
    EXPECT_EQ(Blob::copy_of(entry.descriptor.decoder_specific_info), track.decoder_config);
}

TEST(InitSegment, LeavesARateOutThatTheEntryCannotHold) {
    auto const track = audio_track({0x10, 0x10});
    ASSERT_EQ(track.timescale, 96000U);
    auto const movie = read_box<MovieBox>(init_segment(track).view()).value();
    auto const& media = movie.tracks.front().media;
    EXPECT_EQ(media.header.timescale, 96000U);
    EXPECT_EQ(media.information.samples.descriptions.mp4_audio.front().sample_rate, 0U);
}

TEST(Chunk, IsMovieFragmentAndMediaData) {
    std::vector const samples{sample(9000, 3000, true, {1, 2, 3})};
    auto const data = chunk(video_track(), 7, samples);
    EXPECT_EQ(types_of(data.view()), (std::vector{fourcc("moof"), fourcc("mdat")}));
    auto const fragment = read_box<MovieFragmentBox>(data.view()).value();
    EXPECT_EQ(fragment.header.sequence_number, 7U);
    ASSERT_EQ(fragment.tracks.size(), 1U);
    EXPECT_TRUE(fragment.tracks[0].header.has(TrackFragmentHeaderBox::kDefaultBaseIsMoof));
    ASSERT_TRUE(fragment.tracks[0].decode_time);
    EXPECT_EQ(fragment.tracks[0].decode_time->base_media_decode_time, 9000U);
    EXPECT_EQ(fragment.tracks[0].decode_time->version, 1);
}

TEST(Chunk, GivesBackItsSamples) {
    std::vector const samples{sample(0, 3000, true, {1, 2, 3}, 6000),
                              sample(3000, 3000, false, {4}, 9000),
                              sample(6000, 3000, false, {5, 6}, -3000)};
    expect_same(samples_of(chunk(video_track(), 1, samples), video_track()), samples);
}

TEST(Chunk, GivesBackWhateverSamplesItIsMadeOf) {
    auto const track = video_track();
    for_all_seeds([&track](Generator& any) {
        std::vector<Sample> samples(any.number<std::size_t>(1, 40));
        bool const uniform = any.coin();
        auto dts = static_cast<std::int64_t>(any.bits(any.number(1U, 60U)));
        for (auto& s : samples) {
            s.dts = dts;
            s.duration = uniform ? 3000 : static_cast<std::uint32_t>(any.bits(20));
            s.composition_offset = any.coin() ? 0 : static_cast<std::int32_t>(any.bits(32));
            s.sync = any.one_in(8) || &s == &samples.front();
            s.payload = Blob(any.bytes(50));
            dts += s.duration;
        }
        expect_same(samples_of(chunk(track, 1, samples), track), samples);
    });
}

TEST(Chunk, CountsEveryAudioFrameAsAnEntryPoint) {
    auto const track = audio_track();
    std::vector const samples{sample(0, 1024, false, {1}), sample(1024, 1024, true, {2})};
    for (auto const& read : samples_of(chunk(track, 1, samples), track)) EXPECT_TRUE(read.sync);
}

TEST(Chunk, SaysOnceWhatAllSamplesShare) {
    std::vector<Sample> samples;
    for (int i = 0; i < 15; ++i) {
        samples.push_back(sample(i * 3000, 3000, i == 0, {1, 2}));
    }
    auto const fragment = read_box<MovieFragmentBox>(chunk(video_track(), 1, samples).view());
    auto const& run = fragment->tracks[0].runs[0];
    EXPECT_EQ(run.flags, TrackRunBox::kDataOffsetPresent | TrackRunBox::kSampleSizePresent |
                             TrackRunBox::kFirstSampleFlagsPresent);
    EXPECT_EQ(fragment->tracks[0].header.default_sample_duration, 3000U);

    auto const audio =
        read_box<MovieFragmentBox>(chunk(audio_track(), 1, std::span(samples).first(1)).view());
    EXPECT_EQ(audio->tracks[0].runs[0].flags,
              TrackRunBox::kDataOffsetPresent | TrackRunBox::kSampleSizePresent);
}

TEST(Chunk, SpellsOutWhatDiffers) {
    std::vector const samples{sample(0, 3000, true, {1}), sample(3000, 3003, false, {1}),
                              sample(6003, 3000, true, {1}, 1)};
    auto const fragment = read_box<MovieFragmentBox>(chunk(video_track(), 1, samples).view());
    EXPECT_EQ(fragment->tracks[0].runs[0].flags,
              TrackRunBox::kDataOffsetPresent | TrackRunBox::kSampleSizePresent |
                  TrackRunBox::kSampleDurationPresent | TrackRunBox::kSampleFlagsPresent |
                  TrackRunBox::kSampleCompositionTimeOffsetsPresent);
}

TEST(ReadChunks, ReadsASegmentOfManyChunks) {
    auto const track = video_track();
    ByteWriter segment;
    SegmentTypeBox type;
    write_box(segment, type);
    std::vector<Sample> all;
    for (int i = 0; i < 5; ++i) {
        std::vector const samples{
            sample(i * 6000, 3000, i == 0, Bytes(static_cast<std::size_t>(i), 1)),
            sample(i * 6000 + 3000, 3000, false, {9})};
        segment.bytes(chunk(track, static_cast<std::uint32_t>(i + 1), samples).view());
        all.insert(all.end(), samples.begin(), samples.end());
    }
    auto const data = segment.take_blob();
    auto const chunks = read_chunks(data, read_init(init_segment(track).view()).value());
    ASSERT_TRUE(chunks);
    ASSERT_EQ(chunks->size(), 5U);
    EXPECT_EQ((*chunks)[4].sequence_number, 5U);
    expect_same(samples_of(data, track), all);
}

// Other writers leave everything to the movie's defaults and use several runs.
TEST(ReadChunks, FollowsDefaultsAndRunsOfOtherWriters) {
    Init init{.track = video_track(), .defaults = {}};
    init.defaults.track_id = 3;
    init.defaults.default_sample_duration = 40;
    init.defaults.default_sample_size = 2;
    init.defaults.default_sample_flags = 0x00010000;

    MovieFragmentBox fragment;
    auto& other = fragment.tracks.emplace_back();
    other.header.track_id = 1;
    auto& track = fragment.tracks.emplace_back();
    track.header.track_id = 3;
    track.decode_time.emplace().base_media_decode_time = 1000;
    track.runs.resize(2);
    auto& first = track.runs[0];
    first.flags = TrackRunBox::kDataOffsetPresent | TrackRunBox::kFirstSampleFlagsPresent;
    first.samples.resize(2);
    auto& second = track.runs[1];
    second.version = 0;
    second.samples.resize(1);
    first.data_offset = static_cast<std::int32_t>(size_of(fragment) + 8);

    Bytes const payload{1, 2, 3, 4, 5, 6};
    MediaDataBox media{.pieces = {payload}};
    ByteWriter out;
    write_box(out, fragment);
    write_box(out, media);

    auto const chunks = read_chunks(out.take_blob(), init);
    ASSERT_TRUE(chunks) << describe(chunks.error());
    std::vector const expected{sample(1000, 40, true, {1, 2}), sample(1040, 40, false, {3, 4}),
                               sample(1080, 40, false, {5, 6})};
    expect_same(chunks->front().samples, expected);
}

TEST(ReadChunks, RefusesSamplesOutsideOfTheFile) {
    auto const track = video_track();
    auto const init = read_init(init_segment(track).view()).value();
    std::vector const samples{sample(0, 3000, true, {1, 2, 3})};
    auto const whole = chunk(track, 1, samples);
    auto fragment = read_box<MovieFragmentBox>(whole.view()).value();
    for (auto const offset : {1000, -1000, -2'147'483'647}) {
        fragment.tracks[0].runs[0].data_offset = offset;
        auto const refused = read_chunks(Blob(to_bytes(fragment)), init);
        ASSERT_FALSE(refused) << offset;
        EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    }
}

TEST(ReadChunks, RefusesAFragmentWithoutADecodeTime) {
    auto const track = video_track();
    auto const init = read_init(init_segment(track).view()).value();
    std::vector const samples{sample(0, 3000, true, {1, 2, 3})};
    auto fragment = read_box<MovieFragmentBox>(chunk(track, 1, samples).view()).value();
    fragment.tracks[0].decode_time->base_media_decode_time = ~std::uint64_t{0};
    EXPECT_FALSE(read_chunks(Blob(to_bytes(fragment)), init));
    fragment.tracks[0].decode_time.reset();
    EXPECT_FALSE(read_chunks(Blob(to_bytes(fragment)), init));
}

TEST(ReadChunks, SurvivesDamage) {
    auto const track = video_track();
    auto const init = read_init(init_segment(track).view()).value();
    for_all_seeds(
        [&](Generator& any) {
            std::vector<Sample> const samples(any.number<std::size_t>(1, 5),
                                              sample(0, 3000, true, any.bytes(20)));
            auto const whole = chunk(track, 1, samples);
            Bytes bytes(whole.view().begin(), whole.view().end());
            for (int i = 0; i < 3; ++i) {
                bytes[any.number<std::size_t>(0, bytes.size() - 1)] =
                    static_cast<std::uint8_t>(any.bits(8));
            }
            Blob const data(std::move(bytes));
            auto const chunks = read_chunks(data, init);
            if (!chunks) {
                EXPECT_FALSE(chunks.error().message.empty());
                return;
            }
            for (auto const& read : *chunks) {
                for (auto const& s : read.samples) EXPECT_LE(s.payload.size(), data.size());
            }
        },
        2000);
}

TEST(ReadInit, RefusesWhatHoldsNoTrackOfOurs) {
    auto const init = init_segment(video_track());
    Bytes bytes(init.view().begin(), init.view().end());
    auto const at = as_text(bytes).find("avc1");
    bytes[at] = 'h';
    auto const refused = read_init(bytes);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unsupported);
    EXPECT_EQ(read_init({}).error().kind, ErrorKind::invalid);
}

TEST(ReadInit, RefusesEveryHeaderThatIsCutShort) {
    auto const init = init_segment(audio_track());
    for (std::size_t size = 0; size < init.size(); ++size) {
        EXPECT_FALSE(read_init(init.slice(0, size).view())) << size;
    }
}

}  // namespace
}  // namespace directfanz::mp4
