#include "platform/streams/sequence_keeper.hpp"

#include "base/log.hpp"

#include <algorithm>

namespace directfanz::streams {

void SequenceKeeper::on_state(StreamId const& stream, live::BroadcastState state) {
    if (state != live::BroadcastState::offline) return;
    std::lock_guard const lock(mutex_);
    kept_.erase(stream);
}

void SequenceKeeper::on_window(StreamId const& stream,
                               std::shared_ptr<packager::Window const> window) {
    Sequences newest;
    for (auto const& rendition : window->renditions) {
        if (rendition->segments.empty()) continue;
        auto const& last = *rendition->segments.back();
        newest.media = std::max(newest.media, last.media_sequence);
        newest.discontinuity = std::max(newest.discontinuity, last.discontinuity_sequence);
    }
    {
        std::lock_guard const lock(mutex_);
        auto& kept = kept_[stream];
        if (newest.discontinuity <= kept.discontinuity && newest.media <= kept.media) return;
        // Far enough ahead that the database is asked once an hour, not at every segment.
        newest.media += kReserved;
        kept = newest;
    }
    blocking_.post([this, stream, newest] {
        auto const raised = store_.raise_sequences(stream, newest);
        if (!raised) {
            log::error("sequences_not_kept", {{"error", describe(raised.error())}},
                       {{"stream", stream.value()}});
        }
    });
}

}  // namespace directfanz::streams
