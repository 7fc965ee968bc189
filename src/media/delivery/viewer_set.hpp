#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace directfanz::delivery {

/// Who has been seen lately: exact for some thousands, and an estimate (about 2 % off) for any
/// number in the same memory.
///
/// Adaptive sampling (Flajolet, "On adaptive sampling", 1990): when the table is full, only those
/// are kept whose number ends in one more zero bit, and each stands for twice as many. Sets of the
/// same people, made on several loops, can be united.
class ViewerSet {
  public:
    /// `viewer`: any number that stands for somebody. `second` never goes back.
    void see(std::uint64_t viewer, std::uint32_t second);

    /// Forgets whom nobody has seen since `second`.
    void forget_before(std::uint32_t second);

    /// Adds those of `other`.
    void unite(ViewerSet const& other);

    /// About how many there are.
    std::uint64_t estimate() const { return std::uint64_t{size_} << level_; }
    bool empty() const { return size_ == 0; }

    /// Beyond so many it is an estimate.
    static constexpr std::size_t kMost = 4'096;

  private:
    struct Slot {
        /// 0: free.
        std::uint64_t key = 0;
        std::uint32_t second = 0;
    };

    bool keeps(std::uint64_t key) const { return (key & ((std::uint64_t{1} << level_) - 1)) == 0; }
    void insert(std::uint64_t key, std::uint32_t second);
    /// Puts into a table of `slots` those that `stays` is true for.
    template <typename Stays>
    void rebuild(std::size_t slots, Stays stays);

    std::vector<Slot> slots_;
    std::size_t size_ = 0;
    unsigned level_ = 0;
};

}  // namespace directfanz::delivery
