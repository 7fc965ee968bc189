#include "app/broadcasting.hpp"

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
    return live;
}

}  // namespace

Broadcasting::Broadcasting(io::LoopPool& loops, live::PublishGate& gate,
                           streams::SequenceKeeper& keeper, Settings const& settings)
    : states_(loops),
      boards_(loops),
      directory_(loops, gate, live_settings(settings), {&keeper, &boards_, &states_}) {}

void Broadcasting::start() {
    states_.start();
    boards_.start();
    directory_.start();
}

void Broadcasting::stop_waiting() {
    boards_.close();
    states_.close();
}

}  // namespace directfanz::app
