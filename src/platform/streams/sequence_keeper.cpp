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
    std::uint64_t newest = 0;
    for (auto const& rendition : window->renditions) {
        if (rendition->segments.empty()) continue;
        newest = std::max(newest, rendition->segments.back()->discontinuity_sequence);
    }
    {
        std::lock_guard const lock(mutex_);
        auto& kept = kept_[stream];
        if (newest <= kept) return;
        kept = newest;
    }
    blocking_.post([this, stream, newest] {
        auto const raised = store_.raise_discontinuity_sequence(stream, newest);
        if (!raised) {
            log::error("discontinuity_not_kept", {{"error", describe(raised.error())}},
                       {{"stream", stream.value()}});
        }
    });
}

void SequenceKeeper::on_advice(StreamId const&, packager::Advice, milliseconds) {}

}  // namespace directfanz::streams
