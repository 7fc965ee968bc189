#include "worker/ladder.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

extern "C" {
#include <libavutil/frame.h>
}

namespace directfanz::worker {

Ladder::Ladder(std::vector<wire::Rung> rungs, EncoderKind encoder, Output const& output) {
    for (std::size_t i = 0; i < rungs.size(); ++i) {
        steps_.push_back(
            Step{.thread = std::make_unique<RungThread>(
                     Rung(static_cast<std::uint8_t>(i), std::move(rungs[i]), encoder, output))});
    }
}

Result<void> Ladder::show(AVFrame const& picture, PictureTime const& time, double frame_rate) {
    AVFrame const* source = &picture;
    // Scaled first, as the next one's source, even where half the frame rate skips this picture.
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        auto& step = steps_[i];
        step.picture.reset();
        if (off(i)) continue;
        if (!step.active) {
            if (!time.key) continue;
            step.active = true;
        }
        auto const wanted = step.thread->rung().wants(time);
        auto const last = i + 1 == steps_.size();
        if (!wanted && last) continue;
        auto scaled = step.thread->rung().scale(*source);
        if (!scaled) return std::unexpected(scaled.error());
        step.picture = std::move(*scaled);
        source = step.picture.get();
        if (!wanted) continue;
        auto const encoded = step.thread->encode(share(*source), time, frame_rate);
        if (!encoded) return encoded;
    }
    return {};
}

Result<void> Ladder::flush() {
    for (auto& step : steps_) {
        if (auto const waited = step.thread->wait(); !waited) return waited;
        auto const flushed = step.thread->rung().flush();
        if (!flushed) return flushed;
    }
    return {};
}

Result<void> Ladder::shed(wire::Shed const& shed) {
    first_off_ = std::min<std::size_t>(shed.kept, steps_.size());
    next_on_ = first_off_;
    if (shed.level >= 2)
        next_on_ = std::min<std::size_t>(first_off_ + shed.level - 1, steps_.size());
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        auto& step = steps_[i];
        if (auto const waited = step.thread->wait(); !waited) return waited;
        step.thread->rung().set_b_frames(shed.level == 0);
        if (!off(i) || !step.active) continue;
        step.active = false;
        auto const flushed = step.thread->rung().flush();
        if (!flushed) return flushed;
    }
    return {};
}

AVFrame const* Ladder::smallest(unsigned width) const {
    AVFrame const* found = nullptr;
    for (auto const& step : steps_)
        if (step.picture != nullptr && step.picture->width >= static_cast<int>(width))
            found = step.picture.get();
    return found;
}

std::uint64_t Ladder::frames() const {
    std::uint64_t sum = 0;
    for (auto const& step : steps_) {
        // Its error is the next picture's.
        std::ignore = step.thread->wait();
        sum += step.thread->rung().frames();
    }
    return sum;
}

std::optional<std::int64_t> Ladder::newest() const {
    std::optional<std::int64_t> newest;
    for (auto const& step : steps_) {
        if (!step.active) continue;
        std::ignore = step.thread->wait();
        auto const own = step.thread->rung().newest();
        if (!own) return std::nullopt;
        newest = std::min(newest.value_or(*own), *own);
    }
    return newest;
}

}  // namespace directfanz::worker
