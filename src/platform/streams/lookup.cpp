#include "platform/streams/lookup.hpp"

#include "system/io/timer.hpp"

#include <algorithm>

namespace directfanz::streams {

std::optional<SharedPage> StreamLookup::recall(StreamId const& id, SteadyTime now) {
    std::lock_guard const lock(mutex_);
    if (auto* const known = found_.find(id)) {
        if (now < known->until) return known->page;
        // This caller refreshes it.
        known->until = now + kRefreshTime;
        return std::nullopt;
    }
    auto const* const missing_until = missing_.find(id);
    if (missing_until != nullptr && now < *missing_until) return SharedPage();
    return std::nullopt;
}

void StreamLookup::remember(StreamId const& id, SharedPage const& page, SteadyTime now) {
    std::lock_guard const lock(mutex_);
    if (page) {
        auto const* const known = found_.find(id);
        if (known != nullptr && is_older(*page, *known->page)) return;
        missing_.erase(id);
        found_.put(id, {.page = page, .until = now + kBelieveFound});
    } else {
        found_.erase(id);
        missing_.put(id, now + kBelieveMissing);
    }
}

void StreamLookup::learn(SharedPage page) {
    auto const id = page->stream.id;
    remember(id, page, steady_now());
}

void StreamLookup::forget(StreamId const& id) {
    remember(id, nullptr, steady_now());
}

bool StreamLookup::missing_is_due(SteadyTime now) {
    std::lock_guard const lock(mutex_);
    auto const due = std::max(missing_answered_, now - kMissingBurst * kMissingInterval);
    if (due > now) return false;
    missing_answered_ = due + kMissingInterval;
    return true;
}

io::Task<StreamLookup::Answer> StreamLookup::ask(StreamId id) {
    auto look_up = [this, &id] { return pages_.find(id); };
    auto found = co_await blocking_.run(look_up);
    if (found) remember(id, *found, steady_now());
    co_return found;
}

io::Task<Result<SharedPage>> StreamLookup::find(StreamId id) {
    Answer answer = nullptr;
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
