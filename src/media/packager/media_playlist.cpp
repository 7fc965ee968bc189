#include "media/packager/playlist.hpp"
#include "media/packager/playlist_text.hpp"

#include <algorithm>

namespace directfanz::packager {

namespace {

/// How many segments from the first a delta update leaves out: those that end before the Skip
/// Boundary, six target durations from the end (rfc8216bis 4.4.5.2, 6.2.5.1).
std::size_t skippable(Listed segments, seconds target_duration) {
    microseconds behind{};
    auto i = segments.size();
    while (i > 0 && behind < 6 * target_duration) behind += segments[--i]->duration;
    return i;
}

/// Parts are listed no farther than this from the end (4.4.4.9: three target durations).
std::size_t first_with_parts(Listed segments, seconds target_duration) {
    microseconds behind{};
    auto i = segments.size();
    while (i > 0 && behind <= 3 * target_duration) behind += segments[--i]->duration;
    return i;
}

void put_header(std::string& out, Window const& window, Listed segments, std::size_t skipped) {
    // Section 8: EXT-X-MAP needs version 6, EXT-X-SKIP 9.
    put(out, "#EXTM3U\n#EXT-X-VERSION:{}\n#EXT-X-TARGETDURATION:{}\n", skipped > 0 ? 9 : 6,
        window.target_duration.count());
    auto const independent = std::all_of(segments.begin(), segments.end(), [](auto const& segment) {
        return segment->independent || segment->gap;
    });
    if (independent) out += "#EXT-X-INDEPENDENT-SEGMENTS\n";

    put_server_control(out, window);
    out += "#EXT-X-PART-INF:PART-TARGET=";
    put_seconds(out, window.part_target);
    out += '\n';
    put_sequences(out, *segments.front());
    if (skipped > 0) put(out, "#EXT-X-SKIP:SKIPPED-SEGMENTS={}\n", skipped);
}

void put_parts(std::string& out, Names names, Segment const& segment) {
    for (std::size_t i = 0; i < segment.parts.size(); ++i) {
        auto const& part = segment.parts[i];
        out += "#EXT-X-PART:DURATION=";
        put_seconds(out, part.duration);
        put(out, ",URI=\"{}/{}/{}.{}.m4s\"", names.session, names.rendition, segment.media_sequence,
            i);
        if (part.independent) out += ",INDEPENDENT=YES";
        if (part.gap) out += ",GAP=YES";
        out += '\n';
    }
}

enum class Parts { listed, left_out };

void put_segment(std::string& out, Names names, Segment const& segment, Parts parts) {
    // EXT-X-DISCONTINUITY, MAP and PROGRAM-DATE-TIME stand before the segment's first part.
    put(out, "#EXT-X-PROGRAM-DATE-TIME:{}\n", to_iso8601(segment.program_date_time));
    if (parts == Parts::listed) put_parts(out, names, segment);
    if (!segment.complete) return;
    if (segment.gap) out += "#EXT-X-GAP\n";
    out += "#EXTINF:";
    put_seconds(out, segment.duration);
    put(out, ",\n{}/{}/{}.m4s\n", names.session, names.rendition, segment.media_sequence);
}

void put_hint(std::string& out, Names names, Segment const& last) {
    auto const sequence = last.complete ? last.media_sequence + 1 : last.media_sequence;
    auto const part = last.complete ? 0 : last.parts.size();
    put(out, "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"{}/{}/{}.{}.m4s\"\n", names.session,
        names.rendition, sequence, part);
}

void put_report(std::string& out, RenditionWindow const& other) {
    if (other.segments.empty()) return;
    auto const& last = *other.segments.back();
    put(out, "#EXT-X-RENDITION-REPORT:URI=\"{}.m3u8\",LAST-MSN={},LAST-PART={}\n", other.name,
        last.media_sequence, last.parts.empty() ? 0 : last.parts.size() - 1);
}

}  // namespace

std::string render_media_playlist(Window const& window, std::size_t rendition, Skip skip) {
    auto const& shown = *window.renditions.at(rendition);
    auto const segments = listed_segments(shown);
    Names const names{.session = window.session, .rendition = shown.name};

    std::string out;
    if (segments.empty()) return out;
    constexpr std::size_t kSegmentSize = 160;
    constexpr std::size_t kPartsSize = 4096;
    out.reserve(segments.size() * kSegmentSize + kPartsSize);

    // After EXT-X-ENDLIST directives are ignored (6.2.5.2).
    auto const skipped =
        skip == Skip::segments && !window.ended ? skippable(segments, window.target_duration) : 0;
    auto const with_parts = first_with_parts(segments, window.target_duration);
    put_header(out, window, segments, skipped);
    for (auto i = skipped; i < segments.size(); ++i) {
        auto const& segment = *segments[i];
        if (segment.discontinuity) out += "#EXT-X-DISCONTINUITY\n";
        // In a delta update the last EXT-X-MAP of the skipped segments still applies.
        if (i == 0 || segments[i - 1]->init_version != segment.init_version)
            put_map(out, names, segment.init_version);
        put_segment(out, names, segment, i >= with_parts ? Parts::listed : Parts::left_out);
    }
    if (window.ended) {
        out += "#EXT-X-ENDLIST\n";
        return out;
    }
    put_hint(out, names, *segments.back());
    for (auto const& other : window.renditions)
        if (other->name != shown.name) put_report(out, *other);
    return out;
}

}  // namespace directfanz::packager
