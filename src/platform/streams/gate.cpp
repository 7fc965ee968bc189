#include "platform/streams/gate.hpp"

#include "base/log.hpp"
#include "system/io/timer.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace directfanz::streams {
namespace {

/// Media sequence numbers follow the clock, so that they also go on upwards where the database was
/// lost, and are above those that earlier broadcasts reserved.
packager::FirstNumbers first_numbers(Stream const& stream) {
    auto const second = std::chrono::floor<seconds>(wall_now()).time_since_epoch().count();
    auto const by_clock = static_cast<std::uint64_t>(std::max<std::int64_t>(second, 0));
    return {.media_sequence = std::max(by_clock, stream.media_sequence + 1),
            .discontinuity_sequence = stream.discontinuity_sequence + 1};
}

}  // namespace

io::Task<Result<live::PublishGrant>> StreamGate::authorize(ingest::PublishRequest const& request) {
    Result<SharedPage> found = nullptr;
    if (!request.stream_key.empty() && request.stream_key.size() <= kMaxKeyLength) {
        auto look_up = [this, key = StreamKey(request.stream_key)] {
            return pages_.find_by_key(key);
        };
        found = co_await blocking_.run(std::move(look_up));
    }
    if (!found) {
        log::error("key_lookup_failed", {{"error", describe(found.error())}},
                   {{"connection", request.connection}});
        co_return fail(ErrorKind::unavailable, "stream key",
                       "The server cannot check stream keys at present. Try again in a moment.");
    }
    if (!*found) {
        auto denied = co_await deny(request);
        co_return std::unexpected(std::move(denied));
    }
    auto const& stream = (*found)->stream;
    auto admitted = lifecycle_.admit(*found, steady_now());
    if (!admitted) co_return std::unexpected(std::move(admitted.error()));
    lookup_.learn(*found);
    live::PublishGrant grant{.stream = stream.id,
                             .credential = request.stream_key,
                             .first = first_numbers(stream),
                             .title = stream.title,
                             .ladder = stream.ladder};
    co_return grant;
}

io::Task<Error> StreamGate::deny(ingest::PublishRequest const& request) {
    auto const wait = limiter_.blocked_for(request.remote_address, steady_now());
    limiter_.record(request.remote_address, steady_now());
    if (wait) {
        co_await io::sleep_for(*io::EventLoop::current(), limits_.delay);
        auto const left = std::chrono::ceil<seconds>(*wait).count();
        co_return Error{ErrorKind::denied, "stream key",
                        fmt::format("This stream key is not known here, and too many wrong ones "
                                    "came from your address: for {} seconds each further one is "
                                    "answered late. Copy the key again, and try again.",
                                    left)};
    }
    co_return Error{ErrorKind::denied, "stream key",
                    request.stream_key.empty()
                        ? "The stream key is missing. Copy it into your encoder's settings."
                        : "This stream key is not known here. Copy it again, or ask whoever runs "
                          "the server for a new one."};
}

io::Task<Result<void>> StreamGate::recheck(live::PublishGrant const& grant) {
    auto look_up = [this, &grant]() -> Result<SharedPage> {
        auto opened = pages_.find_by_key(StreamKey(grant.credential));
        if (!opened) return opened;
        if (*opened && (*opened)->stream.id == grant.stream) return opened;
        auto const stream = pages_.find(grant.stream);
        if (!stream) return std::unexpected(stream.error());
        if (!*stream) return fail(ErrorKind::not_found, "stream", "The stream was deleted.");
        return fail(ErrorKind::denied, "stream key",
                    "The stream key was replaced by a new one. Take it from the stream's page, or "
                    "ask whoever runs the server for it.");
    };
    auto const answer = co_await blocking_.run(look_up);
    if (!answer) co_return std::unexpected(answer.error());
    auto const& page = *answer;
    lookup_.learn(page);
    lifecycle_.update(page, steady_now());
    if (!page->may_be_broadcast()) {
        lifecycle_.end(page, EndedBy::moderator,
                       page->suspended() ? "The account that this stream belongs to is suspended."
                                         : "The account that this stream belongs to is not that "
                                           "of a creator any more.",
                       steady_now());
    }
    co_return Result<void>();
}

}  // namespace directfanz::streams
