#pragma once

#include <cstdint>
#include <deque>
#include <optional>

namespace directfanz::worker {

/// When the pictures of an encoder that puts them one picture out of order (B-frames without
/// pyramid) are decoded: each when the one shown before it is.
///
/// Where a key picture is late in a source with a variable frame rate, that would be a long time
/// before the picture itself, and a segment that began there would be so much longer in decode time
/// than in what it shows. So no key picture is decoded earlier before it is shown than the ones
/// before it. When pictures are shown stays as it is.
class DecodeTimes {
  public:
    struct Time {
        std::int64_t dts = 0;
        /// Until the next picture's; 0 where that one has not gone in.
        std::uint32_t duration = 0;
    };

    /// `usual`: between pictures, in ticks, as long as there are no two.
    explicit DecodeTimes(std::int64_t usual) : usual_(usual) {}

    /// A picture goes in, in the order in which they are shown.
    void shown(std::int64_t pts, bool key) { pictures_.push_back({.pts = pts, .key = key}); }

    /// A picture comes out, in the order of decoding. Not more of them than have gone in.
    Time next();

  private:
    struct Picture {
        std::int64_t pts = 0;
        bool key = false;
    };

    std::int64_t time_of_next();

    std::int64_t usual_;
    /// The last of those that came out, and all that have not.
    std::deque<Picture> pictures_;
    bool began_ = false;
    std::optional<std::int64_t> next_;
    /// The least that a key picture had between decoding and showing.
    std::optional<std::int64_t> delay_;
};

}  // namespace directfanz::worker
