#include "media/delivery/directives.hpp"

#include <charconv>

#include <fmt/format.h>

namespace directfanz::delivery {
namespace {

/// How many segments beyond the last listed one may be asked for.
constexpr std::uint64_t kReachSegments = 2;

Result<std::optional<std::uint64_t>> decimal_integer(http::Request const& request,
                                                     std::string_view name) {
    auto const text = request.query_parameter(name);
    if (!text) return std::nullopt;
    std::uint64_t value = 0;
    auto const* const last = text->data() + text->size();
    auto const [end, code] = std::from_chars(text->data(), last, value);
    if (code != std::errc{} || end != last) {
        return fail(ErrorKind::invalid, "playlist",
                    fmt::format("{} must be a decimal integer", name));
    }
    return value;
}

}  // namespace

Result<Directives> parse_directives(http::Request const& request) {
    Directives directives;
    if (request.query.empty()) return directives;
    auto const media_sequence = decimal_integer(request, "_HLS_msn");
    if (!media_sequence) return std::unexpected(media_sequence.error());
    auto const part = decimal_integer(request, "_HLS_part");
    if (!part) return std::unexpected(part.error());
    if (*part && !*media_sequence) {
        return fail(ErrorKind::invalid, "playlist", "_HLS_part needs _HLS_msn beside it");
    }
    directives.media_sequence = *media_sequence;
    directives.part = *part;
    auto const skip = request.query_parameter("_HLS_skip");
    if (skip && (*skip == "YES" || *skip == "v2")) directives.skip = packager::Skip::segments;
    return directives;
}

LiveEdge live_edge(packager::RenditionWindow const& rendition) {
    if (rendition.segments.empty()) return {};
    auto const& last = *rendition.segments.back();
    if (last.complete) return {last.media_sequence + 1, 0};
    return {last.media_sequence, last.parts.size()};
}

Result<void> check_reach(Directives const& directives, packager::Window const& window,
                         packager::RenditionWindow const& rendition) {
    if (!directives.media_sequence || rendition.segments.empty()) return {};
    auto const msn = *directives.media_sequence;
    auto const edge = live_edge(rendition);
    if (msn > rendition.segments.back()->media_sequence + kReachSegments) {
        return fail(ErrorKind::invalid, "playlist", "_HLS_msn is too far ahead of the live edge");
    }
    // The Advance Part Limit: three seconds of parts shorter than a second, else three parts.
    auto const part = window.part_target.count();
    auto const limit = part > 0 && window.part_target < seconds(1)
                           ? static_cast<std::uint64_t>((3'000'000 + part - 1) / part)
                           : 3U;
    auto const first = msn == edge.media_sequence ? edge.part : 0;
    if (directives.part && msn >= edge.media_sequence && *directives.part > first + limit) {
        return fail(ErrorKind::invalid, "playlist", "_HLS_part is too far ahead of the live edge");
    }
    return {};
}

bool satisfied(Directives const& directives, packager::RenditionWindow const& rendition) {
    if (!directives.media_sequence) return true;
    auto const msn = *directives.media_sequence;
    auto const edge = live_edge(rendition);
    if (!directives.part) return edge.media_sequence > msn;
    if (edge.media_sequence != msn + 1) return edge > LiveEdge{msn, *directives.part};
    // The segment has just ended: a part that it never had is the first of the next.
    if (edge.part > 0) return true;
    auto const& ended = *rendition.segments.back();
    return *directives.part < ended.parts.size();
}

}  // namespace directfanz::delivery
