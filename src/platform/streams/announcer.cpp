#include "platform/streams/announcer.hpp"

#include <memory>

namespace directfanz::streams {

void Announcer::tell(std::string type, SharedPage const& page, Situation const& situation) {
    herald_.happened({.type = std::move(type), .page = page, .situation = situation});
}

void Announcer::created(SharedPage const& page) {
    tell("stream.created", page, {});
}

void Announcer::on_removed(SharedPage const& page) {
    tell("stream.deleted", page, {});
}

void Announcer::on_situation(SharedPage const& page, Situation const& before,
                             Situation const& now) {
    if (before.phase == now.phase) {
        // The same broadcast in the same phase: its owner has said something else of it.
        auto const same = before.broadcast.has_value() == now.broadcast.has_value();
        if (same) tell("stream.updated", page, now);
        return;
    }
    switch (now.phase) {
        case Phase::preview:
            return tell("stream.preview", page, now);
        case Phase::reconnecting:
            return tell("stream.reconnecting", page, now);
        case Phase::live:
            tell("stream.live", page, now);
            // Not once more when the connection is back.
            if (before.phase != Phase::reconnecting) tell_followers(page);
            return;
        case Phase::ended:
            return tell("stream.ended", page, now);
        case Phase::idle:
            return;
    }
}

bool Announcer::told_lately(StreamId const& stream) {
    auto const now = steady_now();
    std::lock_guard const lock(mutex_);
    std::erase_if(told_, [now](auto const& item) { return now - item.second >= kQuiet; });
    return !told_.emplace(stream, now).second;
}

void Announcer::tell_followers(SharedPage const& page) {
    auto const& stream = page->stream;
    if (!stream.owner || !page->creator) return;
    // An unlisted stream is told of by its creator alone.
    if (stream.visibility == Visibility::unlisted || told_lately(stream.id)) return;
    auto const told = std::make_shared<std::size_t>(0);
    auto const last = std::make_shared<AccountId>();
    auto batches = [this, page, told, last]() -> Result<void> {
        while (*told < kMostTold) {
            auto const batch = follows_.followers_of(*page->stream.owner, *last, kBatch);
            if (!batch) return std::unexpected(batch.error());
            if (batch->empty()) break;
            auto notified = herald_.tell_live(*batch, *page);
            if (!notified) return notified;
            *told += batch->size();
            *last = batch->back();
        }
        return {};
    };
    journal_.write("followers", std::move(batches));
}

}  // namespace directfanz::streams
