#pragma once

#include "base/clock.hpp"
#include "base/lru_map.hpp"
#include "base/result.hpp"
#include "platform/streams/page_store.hpp"
#include "system/io/blocking.hpp"
#include "system/io/single_flight.hpp"

#include <cstddef>
#include <mutex>
#include <optional>

namespace directfanz::streams {

/// Finds streams for pages that ask often, most of the time without the database. From any loop.
///
/// Streams change in other processes too (the command line), so what is known is believed for a few
/// seconds only. Those who ask for one stream at once share one question to the database.
///
/// Who asks for streams that there are not, in all faster than a few hundred a second, waits a
/// moment for each answer. So whoever tries addresses as fast as it can is slower than one who
/// watches; and since the found and the missing are remembered apart, it makes nobody else's stream
/// forgotten.
class StreamLookup {
  public:
    StreamLookup(PageStore& pages, io::BlockingPool& blocking)
        : pages_(pages), blocking_(blocking), found_(kMaxKnown), missing_(kMaxKnown) {}

    /// Null if there is none.
    io::Task<Result<SharedPage>> find(StreamId id);

    /// What this process has just read or written.
    void learn(SharedPage page);
    /// What this process has deleted.
    void forget(StreamId const& id);

    static constexpr seconds kBelieveFound{5};
    /// Short, because a stream may be created while its page is already waiting.
    static constexpr seconds kBelieveMissing{2};
    /// While one asks the database again, the others take the answer of before.
    static constexpr seconds kRefreshTime{2};
    /// Of each: found and missing.
    static constexpr std::size_t kMaxKnown = 16'384;

    /// So many answers that there is no such stream are given at once, and one more each
    /// kMissingInterval; beyond them an answer takes kMissingDelay.
    static constexpr int kMissingBurst = 200;
    static constexpr milliseconds kMissingInterval{5};
    static constexpr milliseconds kMissingDelay{1'000};

  private:
    using Answer = Result<SharedPage>;

    struct Known {
        SharedPage page;
        SteadyTime until;
    };

    std::optional<SharedPage> recall(StreamId const& id, SteadyTime now);
    void remember(StreamId const& id, SharedPage const& page, SteadyTime now);
    io::Task<Answer> ask(StreamId id);
    /// Whether the answer that there is no such stream may be given at once.
    bool missing_is_due(SteadyTime now);

    PageStore& pages_;
    io::BlockingPool& blocking_;
    io::SingleFlight<StreamId, Answer> questions_;
    std::mutex mutex_;
    LruMap<StreamId, Known> found_;
    /// Until when each is believed to be missing.
    LruMap<StreamId, SteadyTime> missing_;
    /// When the answers that were given at once would have been due, one each kMissingInterval.
    SteadyTime missing_answered_;
};

}  // namespace directfanz::streams
