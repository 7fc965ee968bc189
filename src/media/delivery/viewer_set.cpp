#include "media/delivery/viewer_set.hpp"

#include <algorithm>
#include <utility>

namespace directfanz::delivery {
namespace {

constexpr std::size_t kFewestSlots = 16;

/// The finalizer of SplitMix64: every bit of the result depends on every bit of `x`.
std::uint64_t mixed(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
    x ^= x >> 31;
    return x == 0 ? 1 : x;
}

}  // namespace

template <typename Stays>
void ViewerSet::rebuild(std::size_t slots, Stays stays) {
    auto const before = std::exchange(slots_, std::vector<Slot>(slots));
    size_ = 0;
    for (auto const& slot : before) {
        if (slot.key != 0 && stays(slot)) insert(slot.key, slot.second);
    }
}

void ViewerSet::insert(std::uint64_t key, std::uint32_t second) {
    if (!keeps(key)) return;
    if (slots_.empty()) slots_.resize(kFewestSlots);
    auto const mask = slots_.size() - 1;
    // The low bits are all zero in a set that samples.
    auto index = static_cast<std::size_t>(key >> 32) & mask;
    while (slots_[index].key != 0) {
        if (slots_[index].key == key) {
            slots_[index].second = std::max(slots_[index].second, second);
            return;
        }
        index = (index + 1) & mask;
    }
    if (size_ == kMost) {
        ++level_;
        rebuild(slots_.size(), [](Slot const&) { return true; });
        return insert(key, second);
    }
    slots_[index] = {.key = key, .second = second};
    ++size_;
    if (size_ * 2 > slots_.size()) rebuild(slots_.size() * 2, [](Slot const&) { return true; });
}

void ViewerSet::see(std::uint64_t viewer, std::uint32_t second) {
    insert(mixed(viewer), second);
}

void ViewerSet::forget_before(std::uint32_t second) {
    if (empty()) return;
    std::size_t staying = 0;
    for (auto const& slot : slots_) staying += slot.key != 0 && slot.second >= second ? 1U : 0U;
    if (staying == size_) return;
    if (staying == 0) {
        *this = {};
        return;
    }
    auto slots = kFewestSlots;
    while (slots < staying * 2) slots *= 2;
    rebuild(slots, [second](Slot const& slot) { return slot.second >= second; });
}

void ViewerSet::unite(ViewerSet const& other) {
    if (other.level_ > level_) {
        level_ = other.level_;
        rebuild(std::max(slots_.size(), kFewestSlots), [](Slot const&) { return true; });
    }
    for (auto const& slot : other.slots_) {
        if (slot.key != 0) insert(slot.key, slot.second);
    }
}

}  // namespace directfanz::delivery
