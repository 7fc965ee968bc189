#include "app/metrics_of_broadcasts.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace directfanz::app {
namespace {

using live::BroadcastState;
using live::LadderState;
using metrics::Family;
using metrics::Kind;

metrics::Metric of_stream(StreamId const& stream, double value) {
    return {.labels = {{"stream", stream.value()}}, .value = value};
}

}  // namespace

void MetricsOfBroadcasts::on_state(StreamId const& stream, BroadcastState state) {
    std::lock_guard const lock(mutex_);
    if (state == BroadcastState::offline) {
        known_.erase(stream);
        return;
    }
    auto& known = known_[stream];
    known.state = state;
    if (state != BroadcastState::live) known.bitrate = 0;
    if (state == BroadcastState::ended) known.ladder = {};
}

void MetricsOfBroadcasts::on_source(StreamId const& stream, live::Source const&,
                                    live::SourceSample const& sample) {
    std::lock_guard const lock(mutex_);
    auto const found = known_.find(stream);
    if (found == known_.end() || sample.elapsed <= microseconds(0)) return;
    auto const bytes = static_cast<double>(sample.video_bytes + sample.audio_bytes);
    found->second.bitrate = bytes * 8 / std::chrono::duration<double>(sample.elapsed).count();
}

void MetricsOfBroadcasts::on_ladder(StreamId const& stream, LadderState const& ladder) {
    std::lock_guard const lock(mutex_);
    auto& known = known_[stream];
    if (ladder.shed_level > known.ladder.shed_level) ++sheddings_;
    known.ladder = ladder;
}

std::vector<Family> MetricsOfBroadcasts::families() const {
    Family broadcasts{.name = "directfanz_broadcasts",
                      .help = "Broadcasts that can be played, by their state.",
                      .kind = Kind::gauge,
                      .metrics = {}};
    Family ladders{.name = "directfanz_transcode_broadcasts",
                   .help = "Broadcasts on air, by what becomes of their ladder.",
                   .kind = Kind::gauge,
                   .metrics = {}};
    Family bitrate{.name = "directfanz_source_bits_per_second",
                   .help = "What a publisher sends, over the last second.",
                   .kind = Kind::gauge,
                   .metrics = {}};
    Family level{
        .name = "directfanz_transcode_shed_level",
        .help =
            "What a broadcast on air goes without since the machine is too slow: 0 nothing, "
            "1 B-frames, from 2 on its largest rungs.",
        .kind = Kind::gauge,
        .metrics = {}};
    Family rungs{.name = "directfanz_transcode_rungs",
                 .help = "Renditions that are encoded of a broadcast at present.",
                 .kind = Kind::gauge,
                 .metrics = {}};
    std::lock_guard const lock(mutex_);
    for (auto const state :
         {BroadcastState::live, BroadcastState::reconnecting, BroadcastState::ended}) {
        auto const count = std::ranges::count_if(
            known_, [state](auto const& item) { return item.second.state == state; });
        broadcasts.metrics.push_back({.labels = {{"state", std::string(to_string(state))}},
                                      .value = static_cast<double>(count)});
    }
    auto const on_air = [](Known const& known) {
        return known.state == BroadcastState::live || known.state == BroadcastState::reconnecting;
    };
    for (auto const phase : {LadderState::Phase::measuring, LadderState::Phase::running,
                             LadderState::Phase::source_only}) {
        auto const count = std::ranges::count_if(known_, [&](auto const& item) {
            return on_air(item.second) && item.second.ladder.phase == phase;
        });
        ladders.metrics.push_back({.labels = {{"phase", std::string(to_string(phase))}},
                                   .value = static_cast<double>(count)});
    }
    for (auto const& [stream, known] : known_) {
        if (!on_air(known)) continue;
        bitrate.metrics.push_back(of_stream(stream, known.bitrate));
        level.metrics.push_back(of_stream(stream, known.ladder.shed_level));
        auto const made = std::ranges::count(known.ladder.rungs, false, &live::LadderRung::shed);
        rungs.metrics.push_back(of_stream(stream, static_cast<double>(made)));
    }
    return {std::move(broadcasts),
            std::move(ladders),
            std::move(bitrate),
            std::move(level),
            std::move(rungs),
            {.name = "directfanz_transcode_sheddings_total",
             .help = "How often a broadcast had to go without more.",
             .kind = Kind::counter,
             .metrics = {{.labels = {}, .value = static_cast<double>(sheddings_)}}}};
}

}  // namespace directfanz::app
