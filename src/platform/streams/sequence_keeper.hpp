#pragma once

#include "media/live/broadcast_listener.hpp"
#include "platform/streams/store.hpp"
#include "system/io/blocking.hpp"

#include <cstdint>
#include <mutex>
#include <unordered_map>

namespace directfanz::streams {

/// Remembers how far each stream has counted its segments and discontinuities, as soon as players
/// may see it, so that the next broadcast counts on from there even when the program was killed or
/// the clock set back.
class SequenceKeeper final : public live::BroadcastListener {
  public:
    SequenceKeeper(StreamStore& store, io::BlockingPool& blocking)
        : store_(store), blocking_(blocking) {}

    void on_state(StreamId const& stream, live::BroadcastState state) override;
    void on_window(StreamId const& stream, std::shared_ptr<packager::Window const> window) override;

    /// So many media sequence numbers are taken at once.
    static constexpr std::uint64_t kReserved = 1000;

  private:
    StreamStore& store_;
    io::BlockingPool& blocking_;
    std::mutex mutex_;
    /// Of the streams on air.
    std::unordered_map<StreamId, Sequences> kept_;
};

}  // namespace directfanz::streams
