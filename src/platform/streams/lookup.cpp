#include "platform/streams/lookup.hpp"

#include "system/io/timer.hpp"

#include <algorithm>

namespace directfanz::streams {

std::optional<std::optional<Stream>> StreamLookup::recall(StreamId const& id, SteadyTime now) {
    std::lock_guard const lock(mutex_);
    if (auto* const known = found_.find(id)) {
        if (now < known->until) return known->stream;
        // This caller refreshes it.
        known->until = now + kRefreshTime;
        return std::nullopt;
    }
    auto const* const missing_until = missing_.find(id);
    if (missing_until != nullptr && now < *missing_until) return std::optional<Stream>();
    return std::nullopt;
}

void StreamLookup::remember(StreamId const& id, std::optional<Stream> const& stream,
                            SteadyTime now) {
    std::lock_guard const lock(mutex_);
    if (stream) {
        missing_.erase(id);
        found_.put(id, {.stream = *stream, .until = now + kBelieveFound});
    } else {
        found_.erase(id);
        missing_.put(id, now + kBelieveMissing);
    }
}

bool StreamLookup::missing_is_due(SteadyTime now) {
    std::lock_guard const lock(mutex_);
    auto const due = std::max(missing_answered_, now - kMissingBurst * kMissingInterval);
    if (due > now) return false;
    missing_answered_ = due + kMissingInterval;
    return true;
}

io::Task<StreamLookup::Answer> StreamLookup::ask(StreamId id) {
    auto look_up = [this, &id] { return store_.find(id); };
    auto found = co_await blocking_.run(look_up);
    if (found) remember(id, *found, steady_now());
    co_return found;
}

io::Task<Result<std::optional<Stream>>> StreamLookup::find(StreamId id) {
    Answer answer = std::nullopt;
    if (looks_like_id(id.value())) {
        if (auto known = recall(id, steady_now())) {
            answer = std::move(*known);
        } else {
            auto question = [this, &id] { return ask(id); };
            answer = co_await questions_.ask(id, question);
        }
    }
    if (answer && !*answer && !missing_is_due(steady_now())) {
        co_await io::sleep_for(*io::EventLoop::current(), kMissingDelay);
    }
    co_return answer;
}

}  // namespace directfanz::streams
