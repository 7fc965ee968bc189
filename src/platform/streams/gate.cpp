#include "platform/streams/gate.hpp"

#include "base/log.hpp"

#include <fmt/format.h>

namespace directfanz::streams {

io::Task<Result<live::PublishGrant>> StreamGate::authorize(ingest::PublishRequest const& request) {
    log::Context const who{{"connection", request.connection}, {"address", request.remote_address}};
    if (auto const wait = limiter_.blocked_for(request.remote_address, steady_now())) {
        auto const left = std::chrono::ceil<seconds>(*wait).count();
        log::info("publish_refused", {{"reason", "too_many_failures"}, {"wait_seconds", left}},
                  who);
        co_return fail(ErrorKind::denied, "stream key",
                       fmt::format("Too many wrong stream keys came from your address. Wait {} "
                                   "seconds, copy the key again from the dashboard, and try again.",
                                   left));
    }
    Result<std::optional<Stream>> found = std::nullopt;
    if (!request.stream_key.empty() && request.stream_key.size() <= kMaxKeyLength) {
        auto look_up = [this, key = StreamKey(request.stream_key)] {
            return store_.find_by_key(key);
        };
        found = co_await blocking_.run(std::move(look_up));
    }
    if (!found) {
        log::error("publish_refused", {{"reason", "database"}, {"error", describe(found.error())}},
                   who);
        co_return fail(ErrorKind::unavailable, "stream key",
                       "The server cannot check stream keys at present. Try again in a moment.");
    }
    if (!*found) {
        limiter_.record(request.remote_address, steady_now());
        log::info("publish_refused", {{"reason", "unknown_key"}}, who);
        co_return fail(ErrorKind::denied, "stream key",
                       request.stream_key.empty()
                           ? "The stream key is missing. Copy it from the dashboard into your "
                             "encoder's settings."
                           : "This stream key is not known here. Copy it again from the "
                             "dashboard; it may have been rotated.");
    }
    live::PublishGrant grant{.stream = (*found)->id,
                             .credential = request.stream_key,
                             .first_discontinuity = (*found)->discontinuity_sequence + 1};
    co_return grant;
}

io::Task<Result<void>> StreamGate::recheck(live::PublishGrant const& grant) {
    auto look_up = [this, &grant]() -> Result<void> {
        auto const opened = store_.find_by_key(StreamKey(grant.credential));
        if (!opened) return std::unexpected(opened.error());
        if (*opened && (*opened)->id == grant.stream) return {};
        auto const stream = store_.find(grant.stream);
        if (!stream) return std::unexpected(stream.error());
        if (!*stream) return fail(ErrorKind::not_found, "stream", "The stream was deleted.");
        return fail(ErrorKind::denied, "stream key",
                    "The stream key was rotated. Copy the new one from the dashboard.");
    };
    auto const answer = co_await blocking_.run(look_up);
    co_return answer;
}

}  // namespace directfanz::streams
