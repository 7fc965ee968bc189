#include "platform/streams/lookup.hpp"

namespace directfanz::streams {

std::optional<std::optional<Stream>> StreamLookup::recall(StreamId const& id, SteadyTime now) {
    std::lock_guard const lock(mutex_);
    auto* const known = known_.find(id);
    if (known == nullptr) return std::nullopt;
    if (now < known->until) return known->stream;
    // This caller refreshes it.
    known->until = now + kRefreshTime;
    return std::nullopt;
}

io::Task<Result<std::optional<Stream>>> StreamLookup::find(StreamId id) {
    if (!looks_like_id(id.value())) co_return std::nullopt;
    if (auto known = recall(id, steady_now())) co_return std::move(*known);

    auto ask = [this, &id] { return store_.find(id); };
    auto found = co_await blocking_.run(ask);
    if (!found) co_return found;
    auto const until = steady_now() + (*found ? kBelieveFound : kBelieveMissing);
    std::lock_guard const lock(mutex_);
    known_.put(id, {.stream = *found, .until = until});
    co_return found;
}

}  // namespace directfanz::streams
