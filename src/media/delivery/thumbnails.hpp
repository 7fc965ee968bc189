#pragma once

#include "base/blob.hpp"
#include "base/strong.hpp"
#include "media/delivery/playback_gate.hpp"
#include "media/live/broadcast_listener.hpp"
#include "system/http/router.hpp"
#include "system/io/event_loop.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace directfanz::delivery {

/// The newest picture of each live stream, for cards and dashboards: GET
/// /live/{stream}/thumbnail.jpg and .webp. Each loop keeps its own pointers to the same bytes.
class Thumbnails final : public live::BroadcastListener {
  public:
    /// A larger one is not kept: at 640 pixels it would be no picture.
    static constexpr std::size_t kMaxSize = std::size_t{1} << 20;

    explicit Thumbnails(io::LoopPool& loops);

    /// Before those that take any file of a stream; also behind /play/{token}/{stream}/. This and
    /// `gate` outlive the router; without a gate everybody may see them.
    void add_routes(http::Router& router, PlaybackGate* gate = nullptr);

    /// Whether there is a JPEG of it on the calling loop.
    bool has_picture(StreamId const& stream) const;

    void on_state(StreamId const& stream, live::BroadcastState state) override;
    void on_window(StreamId const&, std::shared_ptr<packager::Window const>) override {}
    void on_thumbnail(StreamId const& stream, live::Thumbnail const& thumbnail) override;
    /// Without a ladder a picture may be the last for long: it is not shown as the live one.
    void on_ladder(StreamId const& stream, live::LadderState const& ladder) override;

  private:
    struct Kept {
        Blob picture;
        /// Names it for ever: of its bytes.
        std::string tag;
    };
    struct Pictures {
        Kept jpeg;
        Kept webp;
    };
    /// One loop's, used there only.
    struct Home {
        explicit Home(io::EventLoop& l) : loop(l) {}
        io::EventLoop& loop;
        std::unordered_map<StreamId, Pictures> pictures;
    };

    void forget(StreamId const& stream);
    io::Task<http::Response> answer(live::PictureFormat format, bool with_token,
                                    http::Request const& request,
                                    http::PathParameters const& parameters);

    PlaybackGate* gate_ = nullptr;
    std::vector<std::unique_ptr<Home>> homes_;
};

}  // namespace directfanz::delivery
