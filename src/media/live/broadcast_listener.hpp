#pragma once

#include "base/blob.hpp"
#include "base/clock.hpp"
#include "base/strong.hpp"
#include "media/live/advice.hpp"
#include "media/live/source_meter.hpp"
#include "media/packager/window.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::live {

enum class BroadcastState : std::uint8_t {
    offline,       ///< nothing to play, or not yet
    live,          ///< media flows
    reconnecting,  ///< the publisher has dropped and may come back to the same broadcast
    ended,         ///< over; its last minutes can still be played
};

std::string_view to_string(BroadcastState state);

enum class PictureFormat : std::uint8_t { jpeg, webp };

/// The live picture, a moment ago.
struct Thumbnail {
    PictureFormat format = PictureFormat::jpeg;
    /// A whole file.
    Blob picture;
};

/// One encoded rendition.
struct LadderRung {
    /// "720p"; "video" for what leads.
    std::string name;
    unsigned width = 0;
    unsigned height = 0;
    /// Bit/s.
    std::uint32_t bitrate = 0;
    /// Left out at present, since the machine is too slow.
    bool shed = false;

    bool operator==(LadderRung const&) const = default;
};

/// What is made beside the source.
struct LadderState {
    enum class Phase : std::uint8_t {
        measuring,    ///< nothing yet
        running,      ///< `rungs` are made
        source_only,  ///< nothing, for `reason`
    };
    Phase phase = Phase::measuring;
    /// "x264".
    std::string encoder;
    /// The largest first.
    std::vector<LadderRung> rungs;
    /// The source's own key frames cannot be used: the first rung stands in its place.
    bool source_encoded = false;
    /// 0: nothing is left out; 1: B-frames; from 2 on rungs, too.
    unsigned shed_level = 0;
    /// Nothing comes from the publisher: viewers see its last picture, or the card.
    bool source_silent = false;
    /// In words for the streamer.
    std::string reason;

    bool operator==(LadderState const&) const = default;
};

std::string_view to_string(LadderState::Phase phase);

/// What the media wing tells: whoever wants to know implements this.
///
/// Called on the broadcast's loop, in order for one stream. Implementations return at once and hand
/// on to their own loop what they want done.
class BroadcastListener {
  public:
    virtual ~BroadcastListener() = default;

    virtual void on_state(StreamId const& stream, BroadcastState state) = 0;
    virtual void on_window(StreamId const& stream,
                           std::shared_ptr<packager::Window const> window) = 0;
    /// Whenever there is another: all that the encoder could do better now, at most one of each
    /// kind.
    virtual void on_advice(StreamId const&, std::vector<Advice> const&) {}
    /// Every few seconds, in each format. Of a broadcast that is transcoded.
    virtual void on_thumbnail(StreamId const&, Thumbnail const&) {}
    /// About once a second while somebody publishes: what arrived.
    virtual void on_source(StreamId const&, Source const&, SourceSample const&) {}
    /// What is made beside the source has changed. Of a broadcast that is transcoded, or would be.
    virtual void on_ladder(StreamId const&, LadderState const&) {}
};

}  // namespace directfanz::live
