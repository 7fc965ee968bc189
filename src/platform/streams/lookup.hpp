#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "platform/streams/lru_map.hpp"
#include "platform/streams/store.hpp"
#include "system/io/blocking.hpp"

#include <cstddef>
#include <mutex>
#include <optional>

namespace directfanz::streams {

/// Finds streams for pages that ask often, most of the time without the database. From any loop.
///
/// Streams change in other processes too (the command line), so what is known is believed for a few
/// seconds only.
class StreamLookup {
  public:
    StreamLookup(StreamStore& store, io::BlockingPool& blocking)
        : store_(store), blocking_(blocking), known_(kMaxKnown) {}

    io::Task<Result<std::optional<Stream>>> find(StreamId id);

    static constexpr seconds kBelieveFound{5};
    /// Short, because a stream may be created while its page is already waiting.
    static constexpr seconds kBelieveMissing{2};
    /// While one asks the database again, the others take the answer of before.
    static constexpr seconds kRefreshTime{2};
    static constexpr std::size_t kMaxKnown = 16'384;

  private:
    struct Known {
        std::optional<Stream> stream;
        SteadyTime until;
    };

    std::optional<std::optional<Stream>> recall(StreamId const& id, SteadyTime now);

    StreamStore& store_;
    io::BlockingPool& blocking_;
    std::mutex mutex_;
    LruMap<StreamId, Known> known_;
};

}  // namespace directfanz::streams
