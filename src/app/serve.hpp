#pragma once

#include "app/settings.hpp"
#include "base/result.hpp"

namespace directfanz::app {

/// Runs the platform until SIGTERM or SIGINT, then drains it, for kDrainTime at most; a second
/// signal ends the process at once.
///
/// Error: what kept it from starting, in a sentence for the operator.
Result<void> serve(Settings const& settings);

inline constexpr seconds kDrainTime{5};

}  // namespace directfanz::app
