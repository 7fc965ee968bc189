#pragma once

#include "base/clock.hpp"

#include <optional>

namespace directfanz::packager {

/// How much later than they are decoded an encoder's pictures are shown, going by what its key
/// frames say, as far as it can be believed.
class PresentationDelay {
  public:
    /// What the next key frame says is believed: it is the first of a connection or configuration.
    void expect_any() { known_ = false; }

    /// A key frame whose presentation time less its decode time is `claimed`. A delay that differs
    /// much from what is known is believed only when the next key frame has it, too: a damaged one
    /// moves no mark. Key frames for which there is no place count as well: they tell about the
    /// encoder.
    void learn(microseconds claimed);

    microseconds value() const { return value_; }

  private:
    microseconds value_{};
    bool known_ = false;
    std::optional<microseconds> doubted_;
};

}  // namespace directfanz::packager
