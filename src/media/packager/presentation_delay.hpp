#pragma once

#include "base/clock.hpp"

#include <optional>

namespace directfanz::packager {

/// How much later than they are decoded the first pictures of segments are shown, going by what key
/// frames say, as far as it can be believed. A value: what a key frame says is taken over only once
/// the frame itself is.
class PresentationDelay {
  public:
    /// What the next key frame says is believed: it is the first of a connection or configuration.
    void expect_any() { known_ = false; }

    /// The delay from a key frame on whose presentation time less its decode time is `claimed`.
    /// Once media flows, one that differs much is believed only when the next key frame has it,
    /// too: a damaged one moves no mark.
    PresentationDelay after(microseconds claimed) const;

    microseconds value() const { return value_; }

  private:
    microseconds value_{};
    bool known_ = false;
    std::optional<microseconds> doubted_;
};

}  // namespace directfanz::packager
