#include "load/percentiles.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace directfanz::load {

void Percentiles::add(std::chrono::nanoseconds value) {
    constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
    auto const us = std::chrono::duration_cast<microseconds>(value).count();
    values_.push_back(static_cast<std::uint32_t>(std::clamp<std::int64_t>(us, 0, kMost)));
}

double Percentiles::milliseconds_at(double share) {
    if (values_.empty()) return 0;
    auto const rank = std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(values_.size()));
    auto const index = static_cast<std::ptrdiff_t>(std::max(rank, 1.0)) - 1;
    std::nth_element(values_.begin(), values_.begin() + index, values_.end());
    return values_[static_cast<std::size_t>(index)] / 1000.0;
}

}  // namespace directfanz::load
