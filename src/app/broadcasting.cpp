#include "app/broadcasting.hpp"

#include "app/worker_program.hpp"
#include "base/log.hpp"
#include "media/transcode/encoder_choice.hpp"
#include "media/transcode/encoder_probe.hpp"

namespace directfanz::app {
namespace {

live::LiveSettings live_settings(Settings const& settings) {
    using std::chrono::ceil;
    live::LiveSettings live;
    live.packager.part_duration = settings.part_duration;
    live.packager.segment_duration = settings.segment_duration;
    live.packager.longest_target_duration = ceil<seconds>(settings.longest_target_duration);
    live.packager.window = ceil<seconds>(settings.window);
    live.grace = ceil<seconds>(settings.grace);
    live.takeover_silence = settings.takeover_silence;
    live.retention = ceil<seconds>(settings.retention);
    // The setting's text was read once already.
    live.transcode.ladder =
        transcode::parse_ladder(settings.transcode_rungs).value_or(transcode::default_ladder());
    live.transcode.audio_only_bitrate =
        static_cast<std::uint32_t>(settings.transcode_audio_only * 1'000);
    live.transcode.thumbnail_interval = settings.transcode_thumbnails;
    live.transcode.memory_limit = std::uint64_t{settings.transcode_memory} << 20;
    return live;
}

/// Up to this a worker's own limit on what it maps does.
constexpr std::uint64_t kUsualMemory = std::uint64_t{1} << 30;

std::unique_ptr<transcode::WorkerPool> make_workers(io::LoopPool& loops, Settings const& settings) {
    if (settings.transcode == Settings::Transcode::off) return nullptr;
    auto const program = find_worker_program(settings);
    if (program.empty()) {
        log::warning("no_transcoding", {{"advice",
                                         "build directfanz-worker, or say where it is: "
                                         "--transcode-worker"}});
        return nullptr;
    }
    auto const probe = [&program](std::string const& encoder) {
        return transcode::probe_encoder(program, encoder);
    };
    auto const choice = transcode::choose_encoder(settings.transcode_encoder, probe);
    for (auto const& finding : choice.findings) {
        if (finding.works) continue;
        log::info("encoder_not_used", {{"encoder", finding.encoder}, {"reason", finding.words}});
    }
    if (choice.encoder.empty()) {
        log::error("no_transcoding", {{"encoder", settings.transcode_encoder},
                                      {"advice", "run 'directfanz doctor'"}});
        return nullptr;
    }
    log::info("encoder", {{"encoder", choice.encoder}, {"name", choice.findings.back().words}});
    // What is mapped is twice what is used, as a rule; below a gigabyte the usual limit is as much.
    auto const memory = std::uint64_t{settings.transcode_memory} << 20;
    transcode::WorkerLink::Program const worker{
        .path = program,
        .encoder = choice.encoder,
        .address_space = memory > kUsualMemory ? 2 * memory : 0};
    return std::make_unique<transcode::WorkerPool>(loops, worker, settings.transcode_most);
}

std::vector<live::BroadcastListener*> together(std::vector<live::BroadcastListener*> listeners,
                                               live::BroadcastListener& metrics,
                                               delivery::Boards& boards,
                                               delivery::Thumbnails& thumbnails) {
    listeners.push_back(&metrics);
    listeners.push_back(&boards);
    listeners.push_back(&thumbnails);
    return listeners;
}

}  // namespace

Broadcasting::Broadcasting(io::LoopPool& loops, streams::Streams& streams,
                           live::BroadcastListener& metrics, Settings const& settings)
    : rights_(streams.rights()),
      boards_(loops, &streams.audience()),
      thumbnails_(loops),
      workers_(make_workers(loops, settings)),
      directory_(loops, streams.gate(), live_settings(settings),
                 together(streams.listeners(), metrics, boards_, thumbnails_), workers_.get()) {
    streams.show_pictures_of(thumbnails_);
    streams.stop_by([this](StreamId const& stream, Error reason) {
        directory_.end(stream, std::move(reason));
    });
}

void Broadcasting::start() {
    boards_.start();
    directory_.start();
}

void Broadcasting::stop_waiting() {
    boards_.close();
}

}  // namespace directfanz::app
