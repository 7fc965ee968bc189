#include "media/live/ladder.hpp"

namespace directfanz::live {
namespace {

constexpr std::string_view kNone = "none";

LadderState::Phase phase_of(transcode::TranscodeState state) {
    switch (state) {
        case transcode::TranscodeState::measuring:
            return LadderState::Phase::measuring;
        case transcode::TranscodeState::running:
            return LadderState::Phase::running;
        case transcode::TranscodeState::source_only:
            break;
    }
    return LadderState::Phase::source_only;
}

}  // namespace

std::string_view to_string(LadderState::Phase phase) {
    switch (phase) {
        case LadderState::Phase::measuring:
            return "measuring";
        case LadderState::Phase::running:
            return "running";
        case LadderState::Phase::source_only:
            return "source_only";
    }
    return "unknown";
}

Result<Ladder> parse_ladder(std::string_view text) {
    if (text == kNone) return Ladder();
    auto ladder = transcode::parse_ladder(text);
    if (ladder && ladder->empty()) {
        return fail(ErrorKind::invalid, "live.ladder",
                    "there is no rung: write 720p:2800k, or none for the source alone");
    }
    return ladder;
}

std::string to_string(Ladder const& ladder) {
    return ladder.empty() ? std::string(kNone) : transcode::to_string(ladder);
}

LadderState ladder_state(transcode::TranscodeStatus const& status) {
    LadderState state{.phase = phase_of(status.state),
                      .encoder = status.encoder,
                      .source_encoded = status.mode == transcode::Mode::grid,
                      .shed_level = status.shed_level,
                      .source_silent = status.standing_in,
                      .reason = status.reason};
    for (auto const& [rung, shed] : status.rungs)
        state.rungs.push_back({rung.name, rung.width, rung.height, rung.bitrate, shed});
    return state;
}

}  // namespace directfanz::live
