#pragma once

#include "base/blob.hpp"
#include "base/clock.hpp"
#include "base/strong.hpp"
#include "media/packager/packager.hpp"
#include "media/packager/window.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

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
    virtual void on_advice(StreamId const& stream, packager::Advice advice,
                           milliseconds measured) = 0;
    /// Every few seconds, in each format. Of a broadcast that is transcoded.
    virtual void on_thumbnail(StreamId const&, Thumbnail const&) {}
    /// No renditions are made beside the source any more, and why, in words for the streamer.
    virtual void on_source_only(StreamId const&, std::string const&) {}
};

}  // namespace directfanz::live
