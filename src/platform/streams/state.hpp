#pragma once

#include "base/clock.hpp"
#include "base/strong.hpp"
#include "system/io/task.hpp"

#include <cstdint>
#include <string_view>

namespace directfanz::streams {

enum class StreamPhase {
    offline,       ///< no broadcast
    live,          ///< a picture comes
    reconnecting,  ///< the publisher dropped out and may come back
    ended,         ///< the broadcast is over; its last minute may still be watched
};

constexpr std::string_view to_string(StreamPhase phase) {
    switch (phase) {
        case StreamPhase::offline:
            return "offline";
        case StreamPhase::live:
            return "live";
        case StreamPhase::reconnecting:
            return "reconnecting";
        case StreamPhase::ended:
            return "ended";
    }
    return "offline";
}

struct StreamState {
    StreamPhase phase = StreamPhase::offline;
    /// Another number whenever the phase changes. Pages keep it over a restart of the server, so
    /// the counting should not begin at the same number again; below 2^53, for JavaScript.
    std::uint64_t version = 0;

    bool operator==(StreamState const&) const = default;
};

/// What streams are doing: implemented over media/live by the program.
class StreamStateSource {
  public:
    virtual ~StreamStateSource() = default;

    /// The state of `stream`: at once if its version is another than `after_version`, otherwise
    /// when it changes or when `timeout` is over. A timeout of zero asks without waiting. Called on
    /// any loop and resumed there; a stream that never broadcast is offline.
    virtual io::Task<StreamState> wait(StreamId stream, std::uint64_t after_version,
                                       milliseconds timeout) = 0;
};

}  // namespace directfanz::streams
