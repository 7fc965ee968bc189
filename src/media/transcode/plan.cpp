#include "media/transcode/plan.hpp"

#include <utility>

namespace directfanz::transcode {
namespace {

std::uint32_t to_ticks(milliseconds duration) {
    return static_cast<std::uint32_t>(duration.count() * kVideoTimescale / 1'000);
}

}  // namespace

Plan make_plan(Mode mode, SourcePicture const& source, Audio audio,
               TranscodeSettings const& settings) {
    Plan plan{.mode = mode};
    plan.rungs = rungs_below(source, settings.ladder);
    if (mode == Mode::grid && source.width > 0 && source.height > 0) {
        auto top = top_rung(source, settings.ladder, std::string(kLeadingVideo));
        auto const largest = SourcePicture{.width = top.width,
                                           .height = top.height,
                                           .frame_rate = source.frame_rate,
                                           .bitrate = top.bitrate};
        plan.rungs = rungs_below(largest, settings.ladder);
        plan.rungs.insert(plan.rungs.begin(), std::move(top));
    }
    if (audio == Audio::encoded) plan.audio_bitrate = settings.audio_bitrate;
    if (audio != Audio::none && !plan.rungs.empty())
        plan.audio_only_bitrate = settings.audio_only_bitrate;
    return plan;
}

wire::Setup to_setup(Plan const& plan, TranscodeSettings const& settings, std::string encoder,
                     std::string title) {
    wire::Setup setup{.title = std::move(title).substr(0, wire::kMaxText),
                      .encoder = std::move(encoder),
                      .audio_bitrate = plan.audio_bitrate,
                      .audio_only_bitrate = plan.audio_only_bitrate,
                      .thumbnail_interval = to_ticks(settings.thumbnail_interval),
                      .thumbnail_width = kThumbnailWidth};
    for (auto const& rung : plan.rungs) {
        setup.rungs.push_back({.name = rung.name,
                               .width = rung.width,
                               .height = rung.height,
                               .bitrate = rung.bitrate,
                               .frame_divisor = static_cast<std::uint8_t>(rung.half_rate ? 2 : 1)});
    }
    if (plan.mode == Mode::grid) setup.key_interval = to_ticks(kGridInterval);
    return setup;
}

std::string_view name_of(Plan const& plan, std::uint8_t rung) {
    if (rung == wire::kAudioRung) return kLeadingAudio;
    if (rung == wire::kAudioOnlyRung) return kAudioOnly;
    return plan.rungs.at(rung).name;
}

}  // namespace directfanz::transcode
