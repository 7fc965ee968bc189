#include "platform/streams/catalogue.hpp"

#include "platform/streams/fold.hpp"
#include "platform/streams/store_values.hpp"

#include <algorithm>

namespace directfanz::streams {
namespace {

bool matches(StreamPage const& page, std::string const& text, Search const& search) {
    auto const& stream = page.stream;
    if (search.category && stream.category != search.category) return false;
    if (search.language && stream.language != search.language) return false;
    if (search.creator && (!page.creator || page.creator->handle != *search.creator)) return false;
    if (search.tag && std::ranges::find(stream.tags, *search.tag) == stream.tags.end())
        return false;
    return std::ranges::all_of(search.words, [&text](std::string const& word) {
        return text.find(word) != std::string::npos;
    });
}

}  // namespace

bool listed_for(StreamPage const& page, AccountId const& account, bool followed) {
    if (page.suspended()) return false;
    switch (page.stream.visibility) {
        case Visibility::public_:
        case Visibility::password:
            return true;
        case Visibility::followers: {
            auto const own = !account.value().empty() && page.stream.owner == account;
            return followed || own;
        }
        case Visibility::unlisted:
            break;
    }
    return false;
}

Catalogue::Entry Catalogue::entry_of(SharedPage const& page, Situation const& now) {
    Entry entry{.page = page, .phase = now.phase, .live_since = now.live_since(), .text = {}};
    auto text = page->stream.title;
    if (page->creator) text += "\n" + page->creator->display_name + "\n" + page->creator->handle;
    for (auto const& tag : page->stream.tags) text += "\n" + tag;
    entry.text = fold(text);
    return entry;
}

Rank Catalogue::rank(Entry const& entry, Search const& search, bool followed) const {
    auto const& stream = entry.page->stream;
    Rank rank{.id = stream.id.value()};
    if (search.scheduled) {
        rank.first = to_database(*stream.scheduled_at);
        return rank;
    }
    switch (search.sort) {
        case Search::Sort::newest:
            rank.first = -to_database(entry.live_since.value_or(WallTime()));
            break;
        case Search::Sort::followed:
            rank.first = followed ? -1 : 0;
            rank.second = -audience_.watching(stream.id);
            break;
        case Search::Sort::viewers:
            rank.second = -audience_.watching(stream.id);
            break;
    }
    return rank;
}

Catalogue::Found Catalogue::find(Search const& search, std::optional<Rank> const& after,
                                 std::size_t most, WallTime now) const {
    struct Match {
        Rank rank;
        Entry const* entry;
        bool followed;
    };
    std::lock_guard const lock(mutex_);
    std::vector<Match> all;
    for (auto const& [id, entry] : search.scheduled ? scheduled_ : live_) {
        auto const& page = *entry.page;
        if (search.scheduled && (*page.stream.scheduled_at <= now || live_.contains(id))) continue;
        auto const followed = search.followed != nullptr && page.stream.owner &&
                              search.followed->contains(*page.stream.owner);
        if (search.followed_only && !followed) continue;
        if (!listed_for(page, search.account, followed)) continue;
        if (!matches(page, entry.text, search)) continue;
        auto rank = this->rank(entry, search, followed);
        if (after && rank <= *after) continue;
        all.push_back({.rank = std::move(rank), .entry = &entry, .followed = followed});
    }
    auto const count = std::min(most, all.size());
    auto const end = all.begin() + static_cast<std::ptrdiff_t>(count);
    std::ranges::partial_sort(all, end, {}, &Match::rank);
    Found found;
    for (auto match = all.begin(); match != end; ++match) {
        auto const& entry = *match->entry;
        found.cards.push_back({.page = entry.page,
                               .phase = entry.phase,
                               .live_since = entry.live_since,
                               .viewers = audience_.watching(entry.page->stream.id),
                               .followed = match->followed});
    }
    if (count < all.size() && count > 0) found.next = all[count - 1].rank;
    return found;
}

bool Catalogue::is_live(StreamId const& stream) const {
    std::lock_guard const lock(mutex_);
    return live_.contains(stream);
}

void Catalogue::set_scheduled(std::vector<SharedPage> pages) {
    Entries entries;
    for (auto const& page : pages) entries.emplace(page->stream.id, entry_of(page, {}));
    std::lock_guard const lock(mutex_);
    scheduled_ = std::move(entries);
}

void Catalogue::on_situation(SharedPage const& page, Situation const&, Situation const& now) {
    auto const& id = page->stream.id;
    auto const live = now.phase == Phase::live || now.phase == Phase::reconnecting;
    auto entry = entry_of(page, now);
    std::lock_guard const lock(mutex_);
    // What is live is not looked for among the announced; it is announced again when it ends.
    if (page->stream.scheduled_at && !live)
        announce(entry);
    else
        scheduled_.erase(id);
    if (live)
        live_[id] = std::move(entry);
    else
        live_.erase(id);
}

void Catalogue::announce(Entry const& entry) {
    auto const& id = entry.page->stream.id;
    if (!scheduled_.contains(id) && scheduled_.size() >= kMostScheduled) {
        auto const latest = std::ranges::max_element(
            scheduled_, {}, [](auto const& kept) { return kept.second.page->stream.scheduled_at; });
        if (entry.page->stream.scheduled_at >= latest->second.page->stream.scheduled_at) return;
        scheduled_.erase(latest);
    }
    scheduled_[id] = entry;
}

void Catalogue::on_removed(SharedPage const& page) {
    std::lock_guard const lock(mutex_);
    live_.erase(page->stream.id);
    scheduled_.erase(page->stream.id);
}

}  // namespace directfanz::streams
