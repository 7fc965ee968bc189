#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "media/codec/sample.hpp"
#include "media/codec/track.hpp"
#include "system/io/event_loop.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace directfanz::ingest {

/// Who wants to publish, as told by a protocol.
struct PublishRequest {
    /// RTMP's application name; "live" as a rule.
    std::string app;
    /// The secret that names and opens the stream. Never logged.
    std::string stream_key;
    /// Of the publisher, without the port.
    std::string remote_address;
    /// The connection's number, for logs.
    std::uint64_t connection = 0;
    /// What the publisher calls itself ("FMLE/3.0 (compatible; …)"); may be empty.
    std::string encoder;
};

enum class EndReason {
    unpublished,  ///< the publisher said that it is done: the broadcast ends
    lost,         ///< the connection broke or fell silent: the broadcast waits for it to come back
};

/// One accepted publisher's way into a broadcast. All calls are made on loop(); the publisher's
/// connection moves there first.
class Publication {
  public:
    virtual ~Publication() = default;

    /// The loop that owns the broadcast.
    virtual io::EventLoop& loop() = 0;

    /// Which stream it is, for logs.
    virtual std::string_view stream() const = 0;

    /// A track begins or changes. A configuration equal to the present one is no change.
    virtual void configure(Track track) = 0;

    /// Samples of a track in decode order, their times on one clock for all tracks of the
    /// publication: 0 is its beginning, jumps and wraps of the wire's clock are already mended (see
    /// Timeline).
    virtual void push(MediaKind kind, Sample sample) = 0;

    /// What the publisher says that its encoder is set to for the picture, in bit/s. It may send
    /// more or less, or never say it.
    virtual void claim_video_bitrate(std::uint32_t) {}

    /// Called by the owner of the broadcast, on loop(), when the publisher must go: with the reason
    /// in words for it.
    virtual void on_stop(std::function<void(Error const&)> stop) = 0;

    /// Who knows how long the way to the publisher is, there and back; asked on loop() while it
    /// publishes. Nothing where that is not known.
    virtual void on_probe(std::function<std::optional<microseconds>()>) {}

    /// The publication is over; nothing may be called after it. Also implied by destruction (as
    /// lost), which may happen on any loop.
    virtual void finish(EndReason reason) = 0;
};

/// Where publishers are taken in: implemented above, by what owns the broadcasts.
class PublishTarget {
  public:
    virtual ~PublishTarget() = default;

    /// May take its time (a database is asked) without holding up other connections. Called on any
    /// loop and resumed there. Errors: denied (unknown or revoked key), conflict (the key is in
    /// use), unavailable. Their messages are shown to the streamer.
    virtual io::Task<Result<std::shared_ptr<Publication>>> open(PublishRequest request) = 0;
};

}  // namespace directfanz::ingest
