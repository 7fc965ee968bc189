#include "media/delivery/routes.hpp"

#include "media/delivery/admission.hpp"
#include "media/delivery/directives.hpp"
#include "media/delivery/media_name.hpp"
#include "system/http/gzip.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

namespace directfanz::delivery {
namespace {

constexpr std::string_view kPlaylistType = "application/vnd.apple.mpegurl";
constexpr std::string_view kPlaylistSuffix = ".m3u8";
constexpr std::string_view kIFramesSuffix = "-iframes";

/// Names of media are unique for ever, so caches may keep them for ever.
constexpr std::string_view kCacheMedia = "public, max-age=31536000, immutable";
/// What may be true a moment later: a stream that is not live, a part that is late.
constexpr std::string_view kCacheFailure = "public, max-age=1";

/// A blocked request waits at most this many target durations (rfc8216bis 6.2.5.2).
constexpr int kLongestBlock = 3;

/// How long a loop may be behind another one that has listed a segment, a header or the part behind
/// the next: viewers have several connections, each on its own loop, and every loop gets windows by
/// itself. A request for these waits so long at most, a part target if that is shorter.
constexpr microseconds kLongestLag = milliseconds(500);

http::Response failure(unsigned status, std::string_view detail) {
    auto response = http::problem(status, detail);
    http::set_cache_control(response, kCacheFailure);
    return response;
}

http::Response not_live() {
    return failure(404, "This stream is not live at the moment.");
}

http::Response no_such_media() {
    return failure(404, "There is no such media: it has left the live window, or never was in it.");
}

http::Response publisher_silent() {
    auto response =
        failure(503, "The publisher has sent nothing new for a while. Try again in a second.");
    response.headers.set("Retry-After", "1");
    return response;
}

http::Response closing() {
    auto response = failure(503, "The server is about to restart. Try again in a second.");
    response.headers.set("Retry-After", "1");
    return response;
}

http::Response playlist_response(RenderedPlaylist const& playlist, bool gzip,
                                 std::string_view cache_control) {
    http::Response response;
    response.headers.add("Content-Type", kPlaylistType);
    response.headers.add("Vary", "Accept-Encoding");
    if (gzip) response.headers.add("Content-Encoding", "gzip");
    http::set_cache_control(response, cache_control);
    response.body.push_back(gzip ? playlist.gzip : playlist.plain);
    return response;
}

http::Response media_response(packager::Window const& window,
                              packager::RenditionWindow const& rendition, std::string_view file) {
    http::Response response;
    response.headers.add("Content-Type",
                         rendition.track.kind == MediaKind::video ? "video/mp4" : "audio/mp4");
    response.headers.add("ETag", fmt::format("\"{}-{}-{}\"", window.session, rendition.name, file));
    http::set_cache_control(response, kCacheMedia);
    return response;
}

std::optional<std::size_t> find_rendition(packager::Window const& window, std::string_view name) {
    auto const& renditions = window.renditions;
    auto const found =
        std::ranges::find_if(renditions, [name](auto const& r) { return r->name == name; });
    if (found == renditions.end()) return std::nullopt;
    return static_cast<std::size_t>(found - renditions.begin());
}

packager::Segment const* find_segment(packager::RenditionWindow const& rendition,
                                      std::uint64_t media_sequence) {
    if (rendition.segments.empty()) return nullptr;
    auto const first = rendition.segments.front()->media_sequence;
    if (media_sequence < first || media_sequence - first >= rendition.segments.size())
        return nullptr;
    return rendition.segments[media_sequence - first].get();
}

SteadyTime block_deadline(packager::Window const& window) {
    return steady_now() + kLongestBlock * window.target_duration;
}

/// Which of a rendition's playlists a file is.
struct PlaylistName {
    explicit PlaylistName(std::string file)
        : i_frames(file.ends_with(kIFramesSuffix)), rendition(std::move(file)) {
        if (i_frames) rendition.resize(rendition.size() - kIFramesSuffix.size());
    }

    bool i_frames;
    std::string rendition;
};

std::optional<std::size_t> find_playlist(packager::Window const& window, PlaylistName const& name) {
    auto const rendition = find_rendition(window, name.rendition);
    if (!rendition) return std::nullopt;
    auto const video = window.renditions[*rendition]->track.kind == MediaKind::video;
    return !name.i_frames || video ? rendition : std::nullopt;
}

RenderedPlaylist const& rendered(BoardEntry& entry, std::size_t rendition, bool i_frames,
                                 packager::Skip skip, bool gzip) {
    return i_frames ? entry.i_frames(rendition, gzip) : entry.media(rendition, skip, gzip);
}

http::Response multivariant_playlist(BoardEntry& entry, bool gzip) {
    return playlist_response(entry.multivariant(gzip), gzip, "public, max-age=1");
}

io::Task<http::Response> media_playlist(Board& board, StreamId stream, PlaylistName name,
                                        http::Request const& request) {
    auto directives = parse_directives(request);
    if (!directives) co_return failure(400, directives.error().message);
    // It lists whole segments only.
    if (name.i_frames) directives->part.reset();
    auto const gzip = http::accepts_gzip(request);
    auto const entry = board.find(stream);
    if (!entry) co_return not_live();

    auto const deadline = block_deadline(*entry->window());
    for (auto first_look = true;; first_look = false) {
        auto const& window = *entry->window();
        auto const rendition = find_playlist(window, name);
        if (!rendition) co_return failure(404, "This stream has no such rendition.");

        // After EXT-X-ENDLIST directives mean nothing (6.2.5.2).
        if (window.ended) {
            auto const& playlist =
                rendered(*entry, *rendition, name.i_frames, packager::Skip::none, gzip);
            co_return playlist_response(playlist, gzip, "public, max-age=1");
        }
        if (first_look) {
            auto const reachable = check_reach(*directives, window, *window.renditions[*rendition]);
            if (!reachable) co_return failure(400, reachable.error().message);
        }
        if (satisfied(*directives, *window.renditions[*rendition])) {
            auto const& playlist =
                rendered(*entry, *rendition, name.i_frames, directives->skip, gzip);
            // A request for the live edge names the playlist that it gets, so caches may share it
            // for long; the plain address, and a request for the past, get another with every part.
            auto const target = window.target_duration.count();
            auto const edge = live_edge(*window.renditions[*rendition]).media_sequence;
            auto const named =
                directives->media_sequence && *directives->media_sequence + 1 >= edge;
            auto const age = named ? 6 * target : target / 2;
            co_return playlist_response(playlist, gzip, fmt::format("public, max-age={}", age));
        }
        if (board.closed()) co_return closing();
        if (board.find(stream) != entry) co_return not_live();
        if (steady_now() >= deadline) co_return publisher_silent();
        co_await entry->next_change(*rendition, deadline);
    }
}

/// The media, or that it is a gap; nothing if the window does not hold it.
std::optional<http::Response> held(packager::Window const& window,
                                   packager::RenditionWindow const& rendition,
                                   std::string_view file, PartName wanted) {
    auto const* const segment = find_segment(rendition, wanted.media_sequence);
    if (segment == nullptr || wanted.part >= segment->parts.size()) return std::nullopt;
    auto const& found = segment->parts[wanted.part];
    if (found.gap) return no_such_media();
    auto response = media_response(window, rendition, file);
    response.body.push_back(found.data);
    return response;
}

std::optional<http::Response> held(packager::Window const& window,
                                   packager::RenditionWindow const& rendition,
                                   std::string_view file, SegmentName wanted) {
    auto const* const found = find_segment(rendition, wanted.media_sequence);
    if (found == nullptr || !found->complete) return std::nullopt;
    if (found->gap) return no_such_media();
    auto response = media_response(window, rendition, file);
    for (auto const& chunk : found->parts) {
        if (!chunk.data.empty()) response.body.push_back(chunk.data);
    }
    return response;
}

std::optional<http::Response> held(packager::Window const& window,
                                   packager::RenditionWindow const& rendition,
                                   std::string_view file, InitName wanted) {
    auto const found =
        std::ranges::find(rendition.init_segments, wanted.version, &packager::InitSegment::version);
    if (found == rendition.init_segments.end()) return std::nullopt;
    auto response = media_response(window, rendition, file);
    response.body.push_back(found->data);
    return response;
}

/// How long media that the window does not hold is worth waiting for.
enum class Due {
    never,
    shortly,  ///< unless another loop has listed it already
    next,     ///< the preload hint names it
};

Due due(packager::RenditionWindow const& rendition, PartName wanted) {
    auto const edge = live_edge(rendition);
    auto const named = LiveEdge{wanted.media_sequence, wanted.part};
    if (named == edge) return Due::next;
    // What the hint behind the next part may name.
    auto const hinted = named == LiveEdge{edge.media_sequence, edge.part + 1} ||
                        named == LiveEdge{edge.media_sequence + 1, 0};
    return hinted ? Due::shortly : Due::never;
}

Due due(packager::RenditionWindow const& rendition, SegmentName wanted) {
    return wanted.media_sequence == live_edge(rendition).media_sequence ? Due::shortly : Due::never;
}

Due due(packager::RenditionWindow const& rendition, InitName wanted) {
    auto const& known = rendition.init_segments;
    auto const next = known.empty() ? 0U : known.back().version + 1;
    return wanted.version == next ? Due::shortly : Due::never;
}

/// Media from the window, or that there is none; nothing if it is worth waiting for.
std::optional<http::Response> look(packager::Window const& window,
                                   packager::RenditionWindow const& rendition,
                                   std::string_view file, MediaName const& wanted) {
    return std::visit(
        [&](auto const& name) -> std::optional<http::Response> {
            auto found = held(window, rendition, file, name);
            if (found) return found;
            if (window.ended || due(rendition, name) == Due::never) return no_such_media();
            return std::nullopt;
        },
        wanted);
}

bool hinted(packager::RenditionWindow const& rendition, MediaName const& wanted) {
    return std::visit([&](auto const& name) { return due(rendition, name) == Due::next; }, wanted);
}

/// Waits for media until they are listed: long for what the preload hint names, else only as long
/// as this loop may be behind the one that has listed them.
io::Task<http::Response> awaited(Board& board, std::shared_ptr<BoardEntry> entry, StreamId stream,
                                 std::string session, std::string name, std::string file,
                                 MediaName wanted) {
    auto const at_last = block_deadline(*entry->window());
    auto const shortly = steady_now() + std::min(entry->window()->part_target, kLongestLag);
    for (;;) {
        auto const& window = *entry->window();
        auto const index = find_rendition(window, name);
        if (!index || window.session != session) co_return no_such_media();
        auto const& rendition = *window.renditions[*index];

        auto found = look(window, rendition, file, wanted);
        if (found) co_return std::move(*found);
        if (board.closed()) co_return closing();
        if (board.find(stream) != entry) co_return not_live();
        auto const is_hinted = hinted(rendition, wanted);
        auto const deadline = is_hinted ? at_last : shortly;
        if (steady_now() >= deadline) co_return is_hinted ? publisher_silent() : no_such_media();
        co_await entry->next_change(*index, deadline);
    }
}

/// What a request asks for, and whether it may.
struct Asked {
    /// The place of {stream} among the path's parameters.
    std::size_t first;
    StreamId stream;
    PlaybackGate::Verdict verdict;
};

/// `with_token`: {token} stands before {stream}.
Asked read(PlaybackGate* gate, bool with_token, http::Request const& request,
           http::PathParameters const& parameters) {
    Asked asked{.first = with_token ? 1U : 0U, .stream = {}, .verdict = {}};
    asked.stream = StreamId(parameters[asked.first]);
    auto const token = with_token ? std::string_view(parameters[0]) : std::string_view();
    asked.verdict = ask(gate, request, asked.stream, token);
    return asked;
}

io::Task<http::Response> answer_playlist(Boards& boards, PlaybackGate* gate, bool with_token,
                                         http::Request const& request,
                                         http::PathParameters const& parameters) {
    auto const asked = read(gate, with_token, request, parameters);
    if (!asked.verdict.admitted()) co_return refusal(asked.verdict.answer);
    auto& board = boards.here();
    auto file = parameters[asked.first + 1];
    if (!file.ends_with(kPlaylistSuffix))
        co_return failure(404, "There is nothing at this address.");
    file.resize(file.size() - kPlaylistSuffix.size());
    http::Response response;
    if (file == "index") {
        auto const entry = board.find(asked.stream);
        response = entry ? multivariant_playlist(*entry, http::accepts_gzip(request)) : not_live();
    } else {
        PlaylistName name(std::move(file));
        response = co_await media_playlist(board, asked.stream, std::move(name), request);
        // It may have waited for seconds.
        auto const still = read(gate, with_token, request, parameters);
        if (!still.verdict.admitted()) co_return refusal(still.verdict.answer);
    }
    mark_for(asked.verdict, response);
    co_return response;
}

io::Task<http::Response> answer_media(Boards& boards, PlaybackGate* gate, bool with_token,
                                      http::Request const& request,
                                      http::PathParameters const& parameters) {
    auto const asked = read(gate, with_token, request, parameters);
    if (!asked.verdict.admitted()) co_return refusal(asked.verdict.answer);
    auto& board = boards.here();
    auto const& session = parameters[asked.first + 1];
    auto const& name = parameters[asked.first + 2];
    auto const& file = parameters[asked.first + 3];

    auto const entry = board.find(asked.stream);
    if (!entry) co_return not_live();
    auto const& window = *entry->window();
    auto const index = find_rendition(window, name);
    auto const wanted = parse_media_name(file);
    if (!index || !wanted || window.session != session) co_return no_such_media();

    entry->viewers().see(viewer_of(asked.verdict, request), board.second());
    auto const& rendition = *window.renditions[*index];
    // Mostly it is there: no coroutine for that.
    auto found = look(window, rendition, file, *wanted);
    if (!found) {
        found = co_await awaited(board, entry, asked.stream, session, name, file, *wanted);
        auto const still = read(gate, with_token, request, parameters);
        if (!still.verdict.admitted()) co_return refusal(still.verdict.answer);
    }
    mark_for(asked.verdict, *found);
    co_return std::move(*found);
}

}  // namespace

void add_routes(http::Router& router, Boards& boards, PlaybackGate* gate) {
    for (auto const with_token : {false, true}) {
        auto const playlist = [&boards, gate, with_token](http::Request const& request,
                                                          http::PathParameters const& parameters) {
            return answer_playlist(boards, gate, with_token, request, parameters);
        };
        auto const media = [&boards, gate, with_token](http::Request const& request,
                                                       http::PathParameters const& parameters) {
            return answer_media(boards, gate, with_token, request, parameters);
        };
        std::string const base = with_token ? "/play/{token}/{stream}/" : "/live/{stream}/";
        router.add(http::Method::get, base + "{file}", playlist);
        router.add(http::Method::get, base + "{session}/{rendition}/{file}", media);
    }
}

}  // namespace directfanz::delivery
