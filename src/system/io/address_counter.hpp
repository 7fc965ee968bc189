#pragma once

#include "system/io/address_range.hpp"

#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace directfanz::io {

/// Counts what each address has open, so that one cannot take everybody's places. IPv6 counts by
/// its /64: a household has all of one. From any thread.
class AddressCounter {
  public:
    /// One place of an address, given back with it. It must not outlive its counter.
    class Place {
      public:
        Place(AddressCounter& counter, IpAddress const& counted)
            : counter_(&counter), counted_(counted) {}
        Place(Place&& other) noexcept
            : counter_(std::exchange(other.counter_, nullptr)), counted_(other.counted_) {}
        Place& operator=(Place&& other) noexcept {
            std::swap(counter_, other.counter_);
            std::swap(counted_, other.counted_);
            return *this;
        }
        ~Place() {
            if (counter_ != nullptr) counter_->leave(counted_);
        }

      private:
        AddressCounter* counter_;
        IpAddress counted_;
    };

    explicit AddressCounter(std::size_t most) : most_(most) {}

    /// Nothing if the address has all of its places already.
    std::optional<Place> enter(IpAddress const& address) {
        return take(counted_as(address), most_);
    }

    /// Also beyond the limit: of something that is there already.
    Place enter_anyway(IpAddress const& address) {
        return *take(counted_as(address), static_cast<std::size_t>(-1));
    }

    /// Addresses that have anything open.
    std::size_t size() {
        std::lock_guard const lock(mutex_);
        return counts_.size();
    }

  private:
    static IpAddress counted_as(IpAddress address) {
        if (is_v4(address)) return address;
        for (std::size_t i = 8; i < address.bytes.size(); ++i) address.bytes[i] = 0;
        return address;
    }

    std::optional<Place> take(IpAddress const& counted, std::size_t most) {
        std::lock_guard const lock(mutex_);
        auto const found = counts_.find(counted);
        if ((found == counts_.end() ? 0 : found->second) >= most) return std::nullopt;
        ++counts_[counted];
        return Place(*this, counted);
    }

    void leave(IpAddress const& counted) {
        std::lock_guard const lock(mutex_);
        auto const found = counts_.find(counted);
        if (--found->second == 0) counts_.erase(found);
    }

    std::size_t const most_;
    std::mutex mutex_;
    std::map<IpAddress, std::size_t> counts_;
};

}  // namespace directfanz::io
