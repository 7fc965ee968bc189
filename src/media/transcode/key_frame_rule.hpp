#pragma once

#include "base/clock.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace directfanz::transcode {

/// Who decides where segments begin.
enum class Mode : std::uint8_t {
    follow,  ///< the source's own key frames; the source is the top rung, untouched
    grid,    ///< a fixed grid; the top rung is encoded, too
};

/// The longest distance between key frames that can be followed.
inline constexpr seconds kLongestFollowed{4};
/// Of the grid.
inline constexpr seconds kGridInterval{2};

/// Decides by a source's key frames: those that are regular and near enough are followed.
///
/// Key frames that come earlier than usual (scene cuts) harm nobody. Harm comes from those that
/// are too late: further apart than kLongestFollowed or than a segment can be, or more than twice
/// as far as usual, so that segments could not be told in advance. One may be late, since an
/// encoder may stutter; two of the last few are a habit. At the beginning, where nothing is usual
/// yet, the first one counts.
///
/// Once it is the grid it stays: each change is a discontinuity for every player.
class KeyFrameRule {
  public:
    /// Presentation time of a source picture.
    Mode picture(microseconds time, bool key_frame);

    /// The publisher is another one, or has paused: the distance to its last key frame is none.
    void forget_last() { last_.reset(); }

    /// Segments are cut inside a group of pictures that is longer, at pictures where an encoder
    /// that follows key frames has none.
    void segments_at_most(microseconds longest) {
        longest_ = std::min<microseconds>(longest, kLongestFollowed);
    }

    Mode mode() const { return mode_; }

    static constexpr std::size_t kRemembered = 8;
    static constexpr int kLateAllowed = 1;
    /// An unusual distance is only late beyond this.
    static constexpr milliseconds kNeverLate{2500};
    /// Without any key frame for so long no second one is waited for.
    static constexpr seconds kHopeless = 2 * kLongestFollowed;

  private:
    bool late(microseconds distance) const;
    microseconds usual() const;

    Mode mode_ = Mode::follow;
    microseconds longest_ = kLongestFollowed;
    std::optional<microseconds> last_;
    std::array<microseconds, kRemembered> distances_{};
    std::array<bool, kRemembered> late_{};
    std::size_t count_ = 0;
};

}  // namespace directfanz::transcode
