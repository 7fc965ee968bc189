#include "platform/streams/audience.hpp"

#include <algorithm>

namespace directfanz::streams {

void Audience::on_audience(std::size_t loop, Watched watched) {
    std::lock_guard const lock(mutex_);
    told_[loop] = std::move(watched);
}

void Audience::begin(StreamId const& stream, AudienceTotals const& from) {
    std::lock_guard const lock(mutex_);
    broadcasts_[stream] = {.totals = from, .distinct_before = from.distinct, .distinct = {}};
}

AudienceTotals Audience::totals(StreamId const& stream) const {
    std::lock_guard const lock(mutex_);
    auto const found = broadcasts_.find(stream);
    return found == broadcasts_.end() ? AudienceTotals() : found->second.totals;
}

void Audience::end(StreamId const& stream) {
    std::lock_guard const lock(mutex_);
    broadcasts_.erase(stream);
}

void Audience::tick() {
    std::lock_guard const lock(mutex_);
    std::unordered_map<StreamId, delivery::ViewerSet> all;
    for (auto const& watched : told_) {
        for (auto const& [stream, viewers] : watched) {
            auto const [place, fresh] = all.try_emplace(stream, viewers);
            if (!fresh) place->second.unite(viewers);
        }
    }
    now_.clear();
    for (auto const& [stream, viewers] : all) {
        auto const count = static_cast<std::int64_t>(viewers.estimate());
        now_[stream] = count;
        auto const found = broadcasts_.find(stream);
        if (found == broadcasts_.end()) continue;
        auto& [totals, before, distinct] = found->second;
        distinct.unite(viewers);
        totals.peak = std::max(totals.peak, count);
        totals.watched_seconds += count;
        totals.distinct = std::max(before, static_cast<std::int64_t>(distinct.estimate()));
    }
}

std::int64_t Audience::watching(StreamId const& stream) const {
    std::lock_guard const lock(mutex_);
    auto const found = now_.find(stream);
    return found == now_.end() ? 0 : found->second;
}

}  // namespace directfanz::streams
