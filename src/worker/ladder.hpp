#pragma once

#include "base/result.hpp"
#include "media/transcode/wire/messages.hpp"
#include "worker/libav.hpp"
#include "worker/rung.hpp"
#include "worker/rung_thread.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace directfanz::worker {

/// All video rungs. Each is scaled from the next larger one: a cascade costs a third less than
/// scaling each from the source, and a picture looks no worse for it.
class Ladder {
  public:
    Ladder(std::vector<wire::Rung> rungs, EncoderKind encoder, Output const& output);

    /// Shows a picture in every rung that wants it. Returns while it is being encoded still.
    Result<void> show(AVFrame const& picture, PictureTime const& time, double frame_rate);

    /// What is in the encoders comes out; all rungs go on with a key picture.
    Result<void> flush();

    /// As wire::Shed: what is switched off comes back with the next key picture.
    Result<void> shed(wire::Shed const& shed);

    /// The smallest version of the newest picture that is at least `width` wide; null if none is.
    AVFrame const* smallest(unsigned width) const;

    std::uint64_t frames() const;
    /// The newest PTS that all active rungs have sent.
    std::optional<std::int64_t> newest() const;

  private:
    bool off(std::size_t i) const { return i >= first_off_ && i < next_on_; }

    struct Step {
        std::unique_ptr<RungThread> thread;
        bool active = true;
        Frame picture;
    };

    std::vector<Step> steps_;
    /// Those that are shed: from the first to before the second.
    std::size_t first_off_ = 0;
    std::size_t next_on_ = 0;
};

}  // namespace directfanz::worker
