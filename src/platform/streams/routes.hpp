#pragma once

#include "base/lru_map.hpp"
#include "platform/api/api.hpp"
#include "platform/streams/services.hpp"

#include <mutex>
#include <string>

namespace directfanz::streams {

/// The contract's operations that everybody may ask for (tags "streams", "creators", "categories").
class StreamRoutes {
  public:
    explicit StreamRoutes(Services& services)
        : services_(services),
          wrong_passwords_({.failures = kWrongPasswords}),
          rendered_(kMaxRendered) {}

    void add_to(api::Api& api);

    static constexpr milliseconds kLongPoll{25'000};
    /// How long a playback token holds.
    static constexpr std::chrono::hours kTokenTime{12};
    /// A moderator's, who may be one no longer.
    static constexpr std::chrono::hours kModeratorTokenTime{1};
    /// Of one address within a minute; then it has to wait.
    static constexpr unsigned kWrongPasswords = 10;
    /// Answers of getStream that are kept as they were written.
    static constexpr std::size_t kMaxRendered = 4'096;

  private:
    io::Task<Answer> discover(api::Call const& call);
    io::Task<Answer> get(api::Call const& call);
    io::Task<Answer> viewer(api::Call const& call);
    io::Task<Answer> play(api::Call const& call);
    io::Task<Answer> like(api::Call const& call);
    io::Task<Answer> unlike(api::Call const& call);

    /// As everybody sees it. Error: not_found, also for one of a suspended account.
    io::Task<Result<SharedPage>> visible(api::Call const& call);
    io::Task<Answer> liked(api::Call const& call, bool likes);
    std::string rendered(SharedPage const& page, StreamState const& state);
    /// A problem, or nothing where the viewer may watch.
    io::Task<Result<std::optional<http::Response>>> refusal(api::Call const& call,
                                                            StreamPage const& page,
                                                            std::optional<std::string> password);
    io::Task<Result<std::optional<http::Response>>> wrong_password(
        api::Call const& call, Stream const& stream, std::optional<std::string> password);

    struct Rendered {
        SharedPage page;
        std::uint64_t version = 0;
        std::int64_t viewers = 0;
        bool has_picture = false;
        std::string json;
    };

    Services& services_;
    FailureLimiter wrong_passwords_;
    std::mutex mutex_;
    LruMap<StreamId, Rendered> rendered_;
};

}  // namespace directfanz::streams
