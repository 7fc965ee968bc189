#include "media/packager/i_frames.hpp"
#include "media/packager/playlist.hpp"
#include "media/packager/playlist_text.hpp"

#include <algorithm>

namespace directfanz::packager {

std::optional<ByteRange> i_frame(Segment const& segment) {
    std::size_t offset = 0;
    for (auto const& part : segment.parts) {
        if (part.key_bytes > 0) return ByteRange{.offset = offset, .count = part.key_bytes};
        offset += part.data.size();
    }
    return std::nullopt;
}

IFrameBandwidth i_frame_bandwidth(RenditionWindow const& rendition) {
    constexpr std::uint64_t kMicroBitsPerByte = 8'000'000;
    IFrameBandwidth out;
    std::uint64_t bits = 0;
    microseconds duration{};
    for (auto const& segment : listed_segments(rendition)) {
        auto const range = i_frame(*segment);
        if (!range || !segment->complete) continue;
        bits += range->count * kMicroBitsPerByte;
        duration += segment->duration;
        auto const lasts = static_cast<std::uint64_t>(segment->duration.count());
        out.peak = std::max(out.peak, range->count * kMicroBitsPerByte / lasts);
    }
    if (duration > microseconds(0))
        out.average = bits / static_cast<std::uint64_t>(duration.count());
    return out;
}

std::string render_i_frame_playlist(Window const& window, std::size_t rendition) {
    auto const& shown = *window.renditions.at(rendition);
    auto const segments = listed_segments(shown);
    Names const names{.session = window.session, .rendition = shown.name};

    std::string out;
    if (segments.empty()) return out;
    // Section 8: EXT-X-I-FRAMES-ONLY needs version 4, EXT-X-MAP with it 5.
    put(out, "#EXTM3U\n#EXT-X-VERSION:5\n#EXT-X-TARGETDURATION:{}\n#EXT-X-I-FRAMES-ONLY\n",
        window.target_duration.count());
    out += "#EXT-X-INDEPENDENT-SEGMENTS\n";
    put_server_control(out, window);
    put_sequences(out, *segments.front());
    for (std::size_t i = 0; i < segments.size() && segments[i]->complete; ++i) {
        auto const& segment = *segments[i];
        if (segment.discontinuity) out += "#EXT-X-DISCONTINUITY\n";
        if (i == 0 || segments[i - 1]->init_version != segment.init_version)
            put_map(out, names, segment.init_version);
        put(out, "#EXT-X-PROGRAM-DATE-TIME:{}\n", to_iso8601(segment.program_date_time));
        auto const range = i_frame(segment);
        if (!range) out += "#EXT-X-GAP\n";
        out += "#EXTINF:";
        put_seconds(out, segment.duration);
        out += ",\n";
        if (range) put(out, "#EXT-X-BYTERANGE:{}@{}\n", range->count, range->offset);
        put(out, "{}/{}/{}.m4s\n", names.session, names.rendition, segment.media_sequence);
    }
    if (window.ended) out += "#EXT-X-ENDLIST\n";
    return out;
}

}  // namespace directfanz::packager
