#include "media/container/mp4/segment_reader.hpp"

#include "media/codec/aac.hpp"
#include "media/codec/h264.hpp"
#include "media/container/mp4/box_reader.hpp"
#include "media/container/mp4/fragment_boxes.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace directfanz::mp4 {
namespace {

// sample_is_non_sync_sample (ISO/IEC 14496-12, 8.8.3.1).
constexpr std::uint32_t kNonSyncSample = 0x00010000;

// No sum of durations in one file can then overflow.
constexpr std::uint64_t kMaxDecodeTime = std::uint64_t{1} << 62;

std::unexpected<Error> broken(std::string what) {
    return fail(ErrorKind::invalid, "MP4", std::move(what));
}

// Nothing if the track holds another codec.
std::optional<Result<Track>> describe(TrackBox const& box) {
    auto const& entries = box.media.information.samples.descriptions;
    if (!entries.avc.empty()) {
        return h264::describe(Blob::copy_of(entries.avc.front().configuration.record));
    }
    if (!entries.mp4_audio.empty()) {
        auto const& descriptor = entries.mp4_audio.front().descriptor;
        return aac::describe(Blob::copy_of(descriptor.decoder_specific_info));
    }
    return std::nullopt;
}

// Lays the samples of one track fragment out: where they are, when, and what kind.
class FragmentSamples {
  public:
    FragmentSamples(Blob const& data, std::size_t fragment_offset, TrackExtendsBox const& defaults)
        : data_(data), fragment_offset_(fragment_offset), defaults_(defaults) {}

    Result<void> append(TrackFragmentBox const& fragment, std::vector<Sample>& samples) {
        auto const& header = fragment.header;
        using Header = TrackFragmentHeaderBox;
        if (header.has(Header::kDefaultSampleDurationPresent))
            defaults_.default_sample_duration = header.default_sample_duration;
        if (header.has(Header::kDefaultSampleSizePresent))
            defaults_.default_sample_size = header.default_sample_size;
        if (header.has(Header::kDefaultSampleFlagsPresent))
            defaults_.default_sample_flags = header.default_sample_flags;
        base_ =
            header.has(Header::kBaseDataOffsetPresent) ? header.base_data_offset : fragment_offset_;
        position_ = base_;
        if (!fragment.decode_time) return broken("a fragment has no decode time (tfdt)");
        if (fragment.decode_time->base_media_decode_time > kMaxDecodeTime) {
            return broken(fmt::format("a decode time of {} ticks",
                                      fragment.decode_time->base_media_decode_time));
        }
        dts_ = static_cast<std::int64_t>(fragment.decode_time->base_media_decode_time);
        for (auto const& run : fragment.runs) {
            if (auto const appended = append(run, samples); !appended) return appended;
        }
        return {};
    }

  private:
    Result<void> append(TrackRunBox const& run, std::vector<Sample>& samples) {
        // A run without an offset follows the one before it (8.8.8.1). Unsigned on purpose: an
        // offset to before the file is as far outside as one behind it.
        if (run.has(TrackRunBox::kDataOffsetPresent)) {
            position_ = base_ + static_cast<std::uint64_t>(std::int64_t{run.data_offset});
        }
        for (std::size_t i = 0; i < run.samples.size(); ++i) {
            auto const& entry = run.samples[i];
            std::uint64_t const size = run.has(TrackRunBox::kSampleSizePresent)
                                           ? entry.size
                                           : defaults_.default_sample_size;
            if (position_ > data_.size() || size > data_.size() - position_) {
                return broken(fmt::format("a sample of {} bytes lies at byte {} of {}", size,
                                          position_, data_.size()));
            }
            Sample sample;
            sample.dts = dts_;
            sample.duration = run.has(TrackRunBox::kSampleDurationPresent)
                                  ? entry.duration
                                  : defaults_.default_sample_duration;
            sample.composition_offset = entry.composition_time_offset;
            sample.sync = (flags_of(run, i) & kNonSyncSample) == 0;
            sample.payload = data_.slice(position_, size);
            samples.push_back(std::move(sample));
            position_ += size;
            dts_ += samples.back().duration;
        }
        return {};
    }

    std::uint32_t flags_of(TrackRunBox const& run, std::size_t index) const {
        if (index == 0 && run.has(TrackRunBox::kFirstSampleFlagsPresent))
            return run.first_sample_flags;
        if (run.has(TrackRunBox::kSampleFlagsPresent)) return run.samples[index].flags;
        return defaults_.default_sample_flags;
    }

    Blob const& data_;
    std::uint64_t fragment_offset_;
    TrackExtendsBox defaults_;
    std::uint64_t base_ = 0;
    std::uint64_t position_ = 0;
    std::int64_t dts_ = 0;
};

}  // namespace

Result<Init> read_init(ByteView file) {
    auto const movie = read_box<MovieBox>(file);
    if (!movie) return std::unexpected(movie.error());
    for (auto const& box : movie->tracks) {
        auto track = describe(box);
        if (!track) continue;
        if (!*track) return std::unexpected(track->error());
        if (box.media.header.timescale == 0) return broken("the track's timescale is 0");
        Init init{.track = std::move(**track), .defaults = {}};
        init.track.timescale = box.media.header.timescale;
        init.defaults.track_id = box.header.track_id;
        if (movie->extends) {
            auto const& all = movie->extends->tracks;
            auto const found =
                std::ranges::find(all, box.header.track_id, &TrackExtendsBox::track_id);
            if (found != all.end()) init.defaults = *found;
        }
        return init;
    }
    return fail(ErrorKind::unsupported, "MP4", "there is no track of H.264 (avc1) or AAC (mp4a)");
}

Result<std::vector<Chunk>> read_chunks(Blob const& data, Init const& init) {
    auto const boxes = find_boxes(data.view());
    if (!boxes) return std::unexpected(boxes.error());
    std::vector<Chunk> chunks;
    std::size_t count = 0;
    for (auto const& box : *boxes) {
        if (box.type != MovieFragmentBox::kType) continue;
        auto const fragment = read_box<MovieFragmentBox>(box.whole);
        if (!fragment) return std::unexpected(fragment.error());
        Chunk chunk{.sequence_number = fragment->header.sequence_number, .samples = {}};
        for (auto const& track : fragment->tracks) {
            if (track.header.track_id != init.defaults.track_id) continue;
            FragmentSamples reader(data, box.offset, init.defaults);
            auto const appended = reader.append(track, chunk.samples);
            if (!appended) return std::unexpected(appended.error());
        }
        count += chunk.samples.size();
        if (count > kMaxEntries) {
            return fail(ErrorKind::too_large, "MP4",
                        fmt::format("more than {} samples", kMaxEntries));
        }
        chunks.push_back(std::move(chunk));
    }
    return chunks;
}

}  // namespace directfanz::mp4
