#pragma once

#include "media/packager/packager.hpp"

#include <array>
#include <optional>

namespace directfanz::packager {

/// Tells the creator what is wrong with the encoder, once an episode and not more than once a
/// minute, however often it is seen.
class Advisor {
  public:
    explicit Advisor(Packager::Listener& listener) : listener_(listener) {}

    /// `at` is the time on the broadcast's line.
    void advise(Advice advice, microseconds measured, microseconds at);

  private:
    static constexpr std::size_t kAdvices = 2;

    Packager::Listener& listener_;
    /// When it was last seen (which ends the episode) and last told.
    std::array<std::optional<microseconds>, kAdvices> seen_;
    std::array<std::optional<microseconds>, kAdvices> told_;
};

}  // namespace directfanz::packager
