#pragma once

#include "platform/api/api.hpp"
#include "platform/streams/services.hpp"

#include <string>

namespace directfanz::streams {

/// The contract's operations of creators (tag "studio"), and how a moderator of the site ends a
/// broadcast.
class StudioRoutes {
  public:
    explicit StudioRoutes(Services& services) : services_(services) {}

    void add_to(api::Api& api);

    static constexpr milliseconds kLongPoll{25'000};
    /// The address of a thumbnail holds at least so long.
    static constexpr std::chrono::hours kThumbnailTime{1};

  private:
    io::Task<Answer> list(api::Call const& call);
    io::Task<Answer> create(api::Call const& call);
    io::Task<Answer> get(api::Call const& call);
    io::Task<Answer> edit(api::Call const& call);
    io::Task<Answer> remove(api::Call const& call);
    io::Task<Answer> rotate_key(api::Call const& call);
    io::Task<Answer> set_cover(api::Call const& call);
    io::Task<Answer> remove_cover(api::Call const& call);
    io::Task<Answer> go_live(api::Call const& call);
    io::Task<Answer> end(api::Call const& call);
    io::Task<Answer> health(api::Call const& call);
    io::Task<Answer> broadcasts(api::Call const& call);
    io::Task<Answer> broadcast(api::Call const& call);
    io::Task<Answer> end_as_moderator(api::Call const& call);

    /// The stream as its owner sees it, with its entity tag.
    io::Task<Answer> shown(SharedPage page, std::uint64_t after, milliseconds wait);
    io::Task<Result<std::string>> own_json(SharedPage page, std::uint64_t after, milliseconds wait);
    /// Where whoever manages the stream sees its live picture, also while nobody else does.
    std::string own_thumbnail(Stream const& stream) const;
    /// With its cover taken away or replaced.
    io::Task<Answer> covered(SharedPage page, std::optional<std::string> file);

    Services& services_;
};

}  // namespace directfanz::streams
