#include "platform/streams/routes.hpp"

#include "base/log.hpp"

#include <charconv>
#include <optional>

#include <nlohmann/json.hpp>

namespace directfanz::streams {
namespace {

std::optional<std::uint64_t> to_number(std::string_view text) {
    std::uint64_t number = 0;
    auto const* const end = text.data() + text.size();
    auto const [parsed, code] = std::from_chars(text.data(), end, number);
    if (code != std::errc{} || parsed != end || text.empty()) return std::nullopt;
    return number;
}

/// Anybody's page may ask.
http::Response shared(http::Response response, std::string cache_control) {
    http::set_cache_control(response, std::move(cache_control));
    response.headers.set("Access-Control-Allow-Origin", "*");
    return response;
}

}  // namespace

void StreamRoutes::add_to(http::Router& router) {
    router.add(http::Method::get, "/api/v1/streams/{id}",
               [this](http::Request const& request, http::PathParameters const& parameters) {
                   return get(request, parameters.front());
               });
}

io::Task<http::Response> StreamRoutes::get(http::Request const& request, std::string id) {
    auto const after_text = request.query_parameter("after");
    auto const after = after_text ? to_number(*after_text) : std::nullopt;
    if (after_text && !after) {
        co_return shared(http::problem(400, "'after' has to be a version that this API gave"),
                         "max-age=60");
    }
    auto const stream = co_await lookup_.find(StreamId(std::move(id)));
    if (!stream) {
        log::error("stream_lookup_failed", {{"error", describe(stream.error())}},
                   {{"connection", request.connection}});
        co_return shared(
            http::problem(503, "Streams cannot be looked up at present. Try again in a moment."),
            "max-age=1");
    }
    if (!*stream) {
        co_return shared(http::problem(404, "There is no such stream. It may have been deleted."),
                         "max-age=2");
    }
    auto const& found = **stream;
    auto const timeout = after ? kLongPoll : milliseconds(0);
    auto const state = co_await states_.wait(found.id, after.value_or(0), timeout);
    auto advice = nlohmann::ordered_json::array();
    for (auto const& said : state.advice) {
        advice.push_back(
            {{"kind", said.kind}, {"measuredMs", said.measured.count()}, {"text", said.text}});
    }
    nlohmann::ordered_json const answer{
        {"id", found.id.value()},
        {"title", found.title},
        {"createdAt", to_iso8601(found.created_at)},
        {"state", to_string(state.phase)},
        {"version", state.version},
        {"renditions", state.renditions},
        {"advice", std::move(advice)},
        {"playbackUrl", urls_.playback(found.id)},
        {"watchUrl", urls_.watch(found.id)},
    };
    // Caches may answer many at once, but never for one that waits: it would ask in circles.
    co_return shared(http::text_response(200, "application/json", answer.dump()),
                     after ? "no-store" : "max-age=1");
}

}  // namespace directfanz::streams
