#include "worker/pipeline.hpp"

#include "media/codec/sps.hpp"

#include <memory>
#include <mutex>
#include <utility>
#include <variant>

extern "C" {
#include <libavutil/log.h>
}

namespace directfanz::worker {

namespace {

constexpr unsigned kMaxFrameDivisor = 2;
/// In bits per second: less is no picture, more is no stream.
constexpr std::uint32_t kLeastVideoBitrate = 50'000;
constexpr std::uint32_t kMostVideoBitrate = 100'000'000;

Result<void> check(wire::Setup const& setup, EncoderKind available) {
    auto const encoder = encoder_kind(setup.encoder);
    if (!encoder) {
        return fail(ErrorKind::unsupported, "worker",
                    "this worker has no encoder \"" + setup.encoder +
                        "\", only x264, nvenc, qsv and vaapi");
    }
    if (*encoder != EncoderKind::x264 && *encoder != available) {
        return fail(ErrorKind::unsupported, "worker",
                    "this worker was started without --encoder " + setup.encoder +
                        ": its sandbox lets no device through");
    }
    for (auto const& rung : setup.rungs) {
        auto const side = [](std::uint32_t s) {
            return s >= 2 && s <= h264::kMaxPictureSide && s % 2 == 0;
        };
        if (!side(rung.width) || !side(rung.height) || rung.bitrate < kLeastVideoBitrate ||
            rung.bitrate > kMostVideoBitrate || rung.frame_divisor < 1 ||
            rung.frame_divisor > kMaxFrameDivisor) {
            return fail(ErrorKind::unsupported, "worker",
                        "the rung " + rung.name +
                            " cannot be encoded: it needs an even size, a bitrate of 50 kbit/s to "
                            "100 Mbit/s, and all or half of the pictures");
        }
    }
    return {};
}

}  // namespace

Pipeline::Pipeline(Output output, ByteView font, EncoderKind encoder)
    : output_([output = std::move(output),
               mutex = std::make_shared<std::mutex>()](wire::FromWorker message) {
          std::scoped_lock const lock(*mutex);
          output(std::move(message));
      }),
      font_(font),
      encoder_(encoder) {
    // Damage is counted; the library would write a line for each piece of it.
    av_log_set_level(AV_LOG_QUIET);
}

Result<void> Pipeline::handle(wire::ToWorker const& message) {
    if (!video_ && !std::holds_alternative<wire::Setup>(message) &&
        !std::holds_alternative<wire::End>(message)) {
        return fail(ErrorKind::conflict, "worker", "the first message has to be the setup");
    }
    return std::visit([this](auto const& m) { return on(m); }, message);
}

Result<void> Pipeline::on(wire::Setup const& setup) {
    if (video_) return fail(ErrorKind::conflict, "worker", "there was a setup already");
    if (auto const checked = check(setup, encoder_); !checked) return checked;
    video_.emplace(setup, output_, font_);
    audio_.emplace(setup, output_);
    return {};
}

Result<void> Pipeline::on(wire::TrackConfig const& config) {
    return config.kind == MediaKind::video ? video_->configure(config) : audio_->configure(config);
}

Result<void> Pipeline::on(wire::VideoSample const& sample) {
    return video_->sample(sample);
}

Result<void> Pipeline::on(wire::AudioSample const& sample) {
    return audio_->sample(sample);
}

Result<void> Pipeline::on(wire::Stalled const& stalled) {
    if (auto const shown = video_->stalled(stalled); !shown) return shown;
    return stalled.silence ? audio_->stalled(stalled) : Result<void>();
}

Result<void> Pipeline::on(wire::Shed const& shed) {
    return video_->shed(shed);
}

Result<void> Pipeline::on(wire::Discontinuity const&) {
    if (auto const flushed = video_->discontinuity(); !flushed) return flushed;
    return audio_->discontinuity();
}

Result<void> Pipeline::on(wire::End const&) {
    ended_ = true;
    if (!video_) return {};
    if (auto const ended = audio_->end(); !ended) return ended;
    return video_->end();
}

}  // namespace directfanz::worker
