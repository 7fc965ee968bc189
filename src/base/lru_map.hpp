#pragma once

#include <cstddef>
#include <list>
#include <unordered_map>
#include <utility>

namespace directfanz {

/// A map of at most `max_size` entries: the one that was used longest ago makes room.
template <typename Key, typename Value>
class LruMap {
  public:
    explicit LruMap(std::size_t max_size) : max_size_(max_size) {}

    /// Null if there is none; otherwise it is the latest used now.
    Value* find(Key const& key) {
        auto const found = index_.find(key);
        if (found == index_.end()) return nullptr;
        entries_.splice(entries_.begin(), entries_, found->second);
        return &found->second->second;
    }

    void put(Key const& key, Value value) {
        if (auto* const present = find(key)) {
            *present = std::move(value);
            return;
        }
        if (entries_.size() == max_size_) {
            index_.erase(entries_.back().first);
            entries_.pop_back();
        }
        entries_.emplace_front(key, std::move(value));
        index_.emplace(key, entries_.begin());
    }

    void erase(Key const& key) {
        auto const found = index_.find(key);
        if (found == index_.end()) return;
        entries_.erase(found->second);
        index_.erase(found);
    }

    std::size_t size() const { return entries_.size(); }

  private:
    using Entries = std::list<std::pair<Key, Value>>;

    std::size_t max_size_;
    Entries entries_;
    std::unordered_map<Key, typename Entries::iterator> index_;
};

}  // namespace directfanz
