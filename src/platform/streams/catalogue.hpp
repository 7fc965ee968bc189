#pragma once

#include "base/clock.hpp"
#include "platform/streams/audience.hpp"
#include "platform/streams/situation.hpp"

#include <compare>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace directfanz::streams {

/// A stream as it is found.
struct Card {
    SharedPage page;
    Phase phase = Phase::idle;
    std::optional<WallTime> live_since;
    std::int64_t viewers = 0;
    /// By who asks.
    bool followed = false;
};

using Followed = std::unordered_set<AccountId>;

/// What is looked for.
struct Search {
    enum class Sort { followed, viewers, newest };

    /// Folded; all of them.
    std::vector<std::string> words;
    std::optional<std::string> category;
    std::optional<std::string> tag;
    std::optional<std::string> language;
    /// A handle.
    std::optional<std::string> creator;
    bool followed_only = false;
    bool scheduled = false;
    Sort sort = Sort::followed;
    /// Who asks; empty for nobody in particular.
    AccountId account;
    /// Whom who asks follows.
    Followed const* followed = nullptr;
};

/// The place of a card in a list, smallest first.
struct Rank {
    std::int64_t first = 0;
    std::int64_t second = 0;
    std::string id;

    auto operator<=>(Rank const&) const = default;
};

/// All streams that are live or have announced a time, in memory: what is found changes with every
/// viewer who comes or goes, which no index of a database could follow. From any thread.
class Catalogue final : public SituationListener {
  public:
    explicit Catalogue(Audience const& audience) : audience_(audience) {}

    struct Found {
        std::vector<Card> cards;
        /// Of the last card, if there are more.
        std::optional<Rank> next;
    };

    /// The first `most` behind `after`.
    Found find(Search const& search, std::optional<Rank> const& after, std::size_t most,
               WallTime now) const;

    /// The listed streams of a creator that are live.
    bool is_live(StreamId const& stream) const;

    /// In place of all that had announced a time.
    void set_scheduled(std::vector<SharedPage> pages);

    void on_situation(SharedPage const& page, Situation const& before,
                      Situation const& now) override;
    void on_counted(SharedPage const& page, Situation const& now) override {
        on_situation(page, now, now);
    }
    void on_removed(SharedPage const& page) override;

    /// So many announced ones are kept, the soonest.
    static constexpr std::size_t kMostScheduled = 20'000;

  private:
    struct Entry {
        SharedPage page;
        Phase phase = Phase::idle;
        std::optional<WallTime> live_since;
        /// Title, creator and tags, folded.
        std::string text;
    };
    using Entries = std::unordered_map<StreamId, Entry>;

    static Entry entry_of(SharedPage const& page, Situation const& now);
    /// Where there are kMostScheduled already, in place of the latest or not at all.
    void announce(Entry const& entry);
    Rank rank(Entry const& entry, Search const& search, bool followed) const;

    Audience const& audience_;
    mutable std::mutex mutex_;
    Entries live_;
    Entries scheduled_;
};

/// Whether who asks may find it in a list.
bool listed_for(StreamPage const& page, AccountId const& account, bool followed);

}  // namespace directfanz::streams
