#pragma once

#include "base/clock.hpp"
#include "base/strong.hpp"
#include "platform/streams/broadcast_store.hpp"
#include "system/io/task.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace directfanz::streams {

struct StreamState {
    Phase phase = Phase::idle;
    /// Another number whenever something here changes. Pages keep it over a restart of the server,
    /// so the counting does not begin at the same number again; below 2^53, for JavaScript.
    std::uint64_t version = 0;
    /// What there is to play: "video", "audio". A page that plays takes up the address again when
    /// it changes.
    std::vector<std::string> renditions;
    std::optional<WallTime> live_since{};
    /// Of the broadcast that has ended.
    std::optional<WallTime> ended_at{};

    bool operator==(StreamState const&) const = default;
};

/// What streams are doing, for who asks and who waits.
class StreamStateSource {
  public:
    virtual ~StreamStateSource() = default;

    /// The state of `stream`: at once if its version is another than `after_version`, otherwise
    /// when it changes or when `timeout` is over. A timeout of zero asks without waiting. Called on
    /// any loop and resumed there; a stream that never broadcast is idle.
    virtual io::Task<StreamState> wait(StreamId stream, std::uint64_t after_version,
                                       milliseconds timeout) = 0;
};

}  // namespace directfanz::streams
