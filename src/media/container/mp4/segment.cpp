#include "media/container/mp4/segment.hpp"

#include "base/byte_writer.hpp"
#include "media/codec/decoder_config.hpp"
#include "media/codec/sps.hpp"
#include "media/container/mp4/box_writer.hpp"
#include "media/container/mp4/file_boxes.hpp"
#include "media/container/mp4/fragment_boxes.hpp"
#include "media/container/mp4/movie_boxes.hpp"

#include <algorithm>
#include <utility>

namespace directfanz::mp4 {
namespace {

constexpr std::uint32_t kTrackId = 1;
constexpr std::size_t kBoxHeaderSize = 8;

// Sample flags (ISO/IEC 14496-12, 8.8.3.1): sample_depends_on 2 is "on no other"; 1 is "on
// others", with sample_is_non_sync_sample.
constexpr std::uint32_t kSyncSample = 0x02000000;
constexpr std::uint32_t kDependentSample = 0x01010000;

// iso6 has tfdt, default-base-is-moof and signed composition offsets; cmfc is CMAF's (23000-19,
// 7.2).
FileTypeBox file_type() {
    FileTypeBox box;
    box.major_brand = fourcc("iso6");
    box.compatible_brands = {fourcc("iso6"), fourcc("cmfc"), fourcc("mp41")};
    return box;
}

AvcSampleEntry video_entry(Track const& track) {
    AvcSampleEntry entry;
    auto const record = track.decoder_config.view();
    entry.configuration.record.assign(record.begin(), record.end());
    entry.width = static_cast<std::uint16_t>(track.video().width);
    entry.height = static_cast<std::uint16_t>(track.video().height);

    // The entry's size counts samples, the track's counts pixels of a screen: the SPS has both.
    auto const config = h264::parse_decoder_config(record);
    if (!config) return entry;
    auto const sps = h264::parse_sps(config->sps.front());
    if (!sps) return entry;
    entry.width = static_cast<std::uint16_t>(sps->width());
    entry.height = static_cast<std::uint16_t>(sps->height());
    if (sps->has_aspect_ratio()) {
        entry.aspect_ratio = {.h_spacing = sps->vui->sar_width, .v_spacing = sps->vui->sar_height};
    }
    if (sps->vui && sps->vui->colour_description) {
        auto const& colour = *sps->vui->colour_description;
        auto& box = entry.colour.emplace();
        box.colour_primaries = colour.colour_primaries;
        box.transfer_characteristics = colour.transfer_characteristics;
        box.matrix_coefficients = colour.matrix_coefficients;
        box.range = sps->vui->video_full_range_flag ? 0x80 : 0;
    }
    return entry;
}

Mp4AudioSampleEntry audio_entry(Track const& track) {
    Mp4AudioSampleEntry entry;
    entry.channel_count = static_cast<std::uint16_t>(track.audio().channels);
    entry.sample_rate = track.audio().sample_rate > 0xFFFF ? 0 : track.audio().sample_rate << 16;
    auto const config = track.decoder_config.view();
    entry.descriptor.decoder_specific_info.assign(config.begin(), config.end());
    return entry;
}

TrackBox track_box(Track const& track) {
    TrackBox box;
    box.header.track_id = kTrackId;
    box.media.header.timescale = track.timescale;
    auto& information = box.media.information;
    information.data.references.entries.emplace_back();
    if (track.kind == MediaKind::video) {
        box.header.width = track.video().width << 16;
        box.header.height = track.video().height << 16;
        box.media.handler.handler_type = HandlerBox::kVideo;
        box.media.handler.name = "video";
        information.video.emplace();
        information.samples.descriptions.avc.push_back(video_entry(track));
    } else {
        box.header.volume = 0x100;
        box.media.handler.handler_type = HandlerBox::kSound;
        box.media.handler.name = "audio";
        information.sound.emplace();
        information.samples.descriptions.mp4_audio.push_back(audio_entry(track));
    }
    return box;
}

// What all samples have in common goes to the tfhd; the run holds the rest.
TrackFragmentBox track_fragment(MediaKind kind, std::span<Sample const> samples) {
    auto const flags_of = [kind](Sample const& s) {
        return kind == MediaKind::audio || s.sync ? kSyncSample : kDependentSample;
    };
    auto const& first = samples.front();
    auto const rest = samples.subspan(1);
    auto const& typical = rest.empty() ? first : rest.front();

    TrackFragmentBox fragment;
    auto& header = fragment.header;
    header.flags = TrackFragmentHeaderBox::kDefaultBaseIsMoof |
                   TrackFragmentHeaderBox::kDefaultSampleDurationPresent |
                   TrackFragmentHeaderBox::kDefaultSampleFlagsPresent;
    header.track_id = kTrackId;
    header.default_sample_duration = first.duration;
    header.default_sample_flags = flags_of(typical);
    fragment.decode_time.emplace().base_media_decode_time = static_cast<std::uint64_t>(first.dts);

    auto& run = fragment.runs.emplace_back();
    run.flags = TrackRunBox::kDataOffsetPresent | TrackRunBox::kSampleSizePresent;
    auto const add_if = [&run](bool needed, std::uint32_t flag) {
        if (needed) run.flags |= flag;
    };
    auto const other_duration = [&](Sample const& s) { return s.duration != first.duration; };
    auto const other_flags = [&](Sample const& s) { return flags_of(s) != flags_of(typical); };
    auto const shifted = [](Sample const& s) { return s.composition_offset != 0; };
    bool const mixed = std::ranges::any_of(rest, other_flags);
    add_if(std::ranges::any_of(rest, other_duration), TrackRunBox::kSampleDurationPresent);
    add_if(mixed, TrackRunBox::kSampleFlagsPresent);
    add_if(!mixed && other_flags(first), TrackRunBox::kFirstSampleFlagsPresent);
    add_if(std::ranges::any_of(samples, shifted),
           TrackRunBox::kSampleCompositionTimeOffsetsPresent);
    run.first_sample_flags = flags_of(first);
    run.samples.reserve(samples.size());
    for (auto const& sample : samples) {
        run.samples.push_back({.duration = sample.duration,
                               .size = static_cast<std::uint32_t>(sample.payload.size()),
                               .flags = flags_of(sample),
                               .composition_time_offset = sample.composition_offset});
    }
    return fragment;
}

}  // namespace

Blob init_segment(Track const& track) {
    auto brands = file_type();
    MovieBox movie;
    movie.header.timescale = track.timescale;
    movie.header.next_track_id = kTrackId + 1;
    movie.tracks.push_back(track_box(track));
    auto& extends = movie.extends.emplace().tracks.emplace_back();
    extends.track_id = kTrackId;
    extends.default_sample_description_index = 1;

    ByteWriter out(size_of(brands) + size_of(movie));
    write_box(out, brands);
    write_box(out, movie);
    return out.take_blob();
}

Blob chunk(Track const& track, std::uint32_t sequence_number, std::span<Sample const> samples) {
    MovieFragmentBox fragment;
    fragment.header.sequence_number = sequence_number;
    fragment.tracks.push_back(track_fragment(track.kind, samples));
    auto const fragment_size = size_of(fragment);
    fragment.tracks.front().runs.front().data_offset =
        static_cast<std::int32_t>(fragment_size + kBoxHeaderSize);

    MediaDataBox data;
    data.pieces.reserve(samples.size());
    for (auto const& sample : samples) data.pieces.push_back(sample.payload.view());

    ByteWriter out(fragment_size + size_of(data));
    write_box(out, fragment);
    write_box(out, data);
    return out.take_blob();
}

}  // namespace directfanz::mp4
