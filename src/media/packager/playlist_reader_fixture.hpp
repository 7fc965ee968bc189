#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

/// A reader of media playlists for tests, written from the specification and not from the writer.
/// Whatever it does not expect, it reports in `errors`.
namespace directfanz::packager::testing {

using Attributes = std::map<std::string, std::string>;

inline Attributes read_attributes(std::string_view text) {
    Attributes out;
    while (!text.empty()) {
        auto const equals = text.find('=');
        if (equals == std::string_view::npos) break;
        std::string const name(text.substr(0, equals));
        text.remove_prefix(equals + 1);
        std::size_t end = 0;
        std::string value;
        if (!text.empty() && text.front() == '"') {
            end = text.find('"', 1);
            value = text.substr(1, end - 1);
            ++end;
        } else {
            end = std::min(text.find(','), text.size());
            value = text.substr(0, end);
        }
        out[name] = value;
        text.remove_prefix(std::min(end, text.size()));
        if (!text.empty() && text.front() == ',') text.remove_prefix(1);
    }
    return out;
}

/// Decimal seconds, exactly.
inline microseconds read_seconds(std::string_view text) {
    auto const point = std::min(text.find('.'), text.size());
    std::int64_t value = std::atoll(std::string(text.substr(0, point)).c_str());
    for (std::size_t i = 1; i <= 6; ++i)
        value = value * 10 + (point + i < text.size() ? text[point + i] - '0' : 0);
    return microseconds(value);
}

/// 2026-01-31T12:34:56.789Z
inline WallTime read_date(std::string const& text) {
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int ms = 0;
    if (std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%d.%dZ", &year, &month, &day, &hour, &minute,
                    &second, &ms) != 7)
        return {};
    std::chrono::sys_days const date = std::chrono::year(year) /
                                       std::chrono::month(static_cast<unsigned>(month)) /
                                       std::chrono::day(static_cast<unsigned>(day));
    return WallTime(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           seconds(second) + milliseconds(ms);
}

struct ReadPart {
    std::string uri;
    microseconds duration{};
    bool independent = false;
    bool gap = false;
    bool operator==(ReadPart const&) const = default;
};

struct ReadSegment {
    std::uint64_t msn = 0;
    std::uint64_t discontinuity_sequence = 0;
    /// Empty while it grows.
    std::string uri;
    microseconds duration{};
    bool gap = false;
    bool discontinuity = false;
    std::optional<WallTime> date;
    /// The one that applies; empty in a delta update until one is given.
    std::string map;
    /// Of an I-frame playlist: "count@offset".
    std::string range;
    std::vector<ReadPart> parts;
    bool operator==(ReadSegment const&) const = default;
};

struct ReadPlaylist {
    std::vector<std::string> errors;
    int version = 1;
    int target_duration = 0;
    microseconds part_target{};
    Attributes control;
    std::uint64_t media_sequence = 0;
    std::optional<std::uint64_t> discontinuity_sequence;
    bool independent_segments = false;
    bool i_frames_only = false;
    std::size_t skipped = 0;
    bool ended = false;
    std::vector<ReadSegment> segments;
    std::vector<Attributes> hints;
    std::vector<Attributes> reports;
};

inline ReadPlaylist read_playlist(std::string const& text) {
    ReadPlaylist out;
    std::istringstream in(text);
    std::string line;
    std::getline(in, line);
    if (line != "#EXTM3U") out.errors.push_back("does not begin with #EXTM3U");

    std::optional<ReadSegment> next;
    std::string map;
    bool saw_sequence = false;
    auto const segment = [&]() -> ReadSegment& {
        if (!saw_sequence) out.errors.push_back("a segment's tag before EXT-X-MEDIA-SEQUENCE");
        if (!out.hints.empty() || !out.reports.empty())
            out.errors.push_back("a segment's tag behind hint or report: " + line);
        if (!next) next.emplace();
        return *next;
    };
    std::uint64_t discontinuities = 0;
    auto const finish_segment = [&] {
        next->msn = out.media_sequence + out.skipped + out.segments.size();
        next->discontinuity_sequence = discontinuities;
        next->map = map;
        out.segments.push_back(std::move(*next));
        next.reset();
    };
    while (std::getline(in, line)) {
        auto const colon = line.find(':');
        auto const tag = line.substr(0, colon);
        auto const value = colon == std::string::npos ? std::string() : line.substr(colon + 1);
        if (line.empty()) {
            out.errors.push_back("empty line");
        } else if (line[0] != '#') {
            if (!next || next->duration <= microseconds(0)) out.errors.push_back("no EXTINF");
            segment().uri = line;
            finish_segment();
        } else if (tag == "#EXT-X-VERSION") {
            out.version = std::atoi(value.c_str());
        } else if (tag == "#EXT-X-TARGETDURATION") {
            out.target_duration = std::atoi(value.c_str());
        } else if (tag == "#EXT-X-INDEPENDENT-SEGMENTS") {
            out.independent_segments = true;
        } else if (tag == "#EXT-X-I-FRAMES-ONLY") {
            out.i_frames_only = true;
        } else if (tag == "#EXT-X-BYTERANGE") {
            segment().range = value;
        } else if (tag == "#EXT-X-SERVER-CONTROL") {
            out.control = read_attributes(value);
        } else if (tag == "#EXT-X-PART-INF") {
            out.part_target = read_seconds(read_attributes(value)["PART-TARGET"]);
        } else if (tag == "#EXT-X-MEDIA-SEQUENCE") {
            out.media_sequence = std::strtoull(value.c_str(), nullptr, 10);
            saw_sequence = true;
        } else if (tag == "#EXT-X-DISCONTINUITY-SEQUENCE") {
            if (next || !out.segments.empty())
                out.errors.push_back("EXT-X-DISCONTINUITY-SEQUENCE behind segments");
            discontinuities = std::strtoull(value.c_str(), nullptr, 10);
            out.discontinuity_sequence = discontinuities;
        } else if (tag == "#EXT-X-SKIP") {
            if (out.skipped > 0) out.errors.push_back("a second EXT-X-SKIP");
            if (next || !out.segments.empty()) out.errors.push_back("EXT-X-SKIP behind segments");
            out.skipped =
                std::strtoull(read_attributes(value)["SKIPPED-SEGMENTS"].c_str(), nullptr, 10);
            if (out.skipped == 0) out.errors.push_back("EXT-X-SKIP skips nothing");
        } else if (tag == "#EXT-X-DISCONTINUITY") {
            if (next) out.errors.push_back("EXT-X-DISCONTINUITY is not its segment's first tag");
            segment().discontinuity = true;
            ++discontinuities;
        } else if (tag == "#EXT-X-MAP") {
            if (!segment().parts.empty()) out.errors.push_back("EXT-X-MAP behind a part");
            map = read_attributes(value)["URI"];
        } else if (tag == "#EXT-X-PROGRAM-DATE-TIME") {
            if (!segment().parts.empty()) out.errors.push_back("date behind a part");
            segment().date = read_date(value);
        } else if (tag == "#EXT-X-PART") {
            auto attributes = read_attributes(value);
            if (attributes["URI"].empty()) out.errors.push_back("part without URI");
            if (attributes.contains("BYTERANGE")) out.errors.push_back("byte range part");
            segment().parts.push_back({.uri = attributes["URI"],
                                       .duration = read_seconds(attributes["DURATION"]),
                                       .independent = attributes["INDEPENDENT"] == "YES",
                                       .gap = attributes["GAP"] == "YES"});
        } else if (tag == "#EXT-X-GAP") {
            segment().gap = true;
        } else if (tag == "#EXTINF") {
            segment().duration = read_seconds(value.substr(0, value.find(',')));
        } else if (tag == "#EXT-X-PRELOAD-HINT") {
            if (next) finish_segment();
            out.hints.push_back(read_attributes(value));
        } else if (tag == "#EXT-X-RENDITION-REPORT") {
            if (next) finish_segment();
            out.reports.push_back(read_attributes(value));
        } else if (tag == "#EXT-X-ENDLIST") {
            if (next) finish_segment();
            out.ended = true;
        } else {
            out.errors.push_back("unknown tag " + line);
        }
    }
    if (next) out.errors.push_back("tags behind the last segment");
    return out;
}

/// A client's playlist after a delta update (rfc8216bis 6.2.5.1).
inline std::vector<ReadSegment> apply_delta(std::vector<ReadSegment> const& before,
                                            ReadPlaylist const& delta) {
    std::vector<ReadSegment> out;
    for (auto const& segment : before) {
        if (segment.msn >= delta.media_sequence &&
            segment.msn < delta.media_sequence + delta.skipped)
            out.push_back(segment);
    }
    auto discontinuities =
        out.empty() ? *delta.discontinuity_sequence : out.back().discontinuity_sequence;
    std::string map = out.empty() ? "" : out.back().map;
    for (auto segment : delta.segments) {
        if (segment.discontinuity) ++discontinuities;
        segment.discontinuity_sequence = discontinuities;
        if (!segment.map.empty()) map = segment.map;
        segment.map = map;
        out.push_back(std::move(segment));
    }
    return out;
}

}  // namespace directfanz::packager::testing
