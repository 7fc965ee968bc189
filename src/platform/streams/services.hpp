#pragma once

#include "platform/api/call.hpp"
#include "platform/streams/announcer.hpp"
#include "platform/streams/audience.hpp"
#include "platform/streams/catalogue.hpp"
#include "platform/streams/cover_files.hpp"
#include "platform/streams/failure_limiter.hpp"
#include "platform/streams/followed_cache.hpp"
#include "platform/streams/health.hpp"
#include "platform/streams/herald.hpp"
#include "platform/streams/lifecycle.hpp"
#include "platform/streams/lookup.hpp"
#include "platform/streams/page_store.hpp"
#include "platform/streams/playback_rights.hpp"
#include "platform/streams/playback_token.hpp"
#include "platform/streams/state_board.hpp"
#include "platform/streams/urls.hpp"
#include "system/io/blocking.hpp"

#include <functional>

namespace directfanz::streams {

/// What the operations of streams work with. All of it outlives them.
struct Services {
    StreamStore& streams;
    CategoryStore& categories;
    BroadcastStore& broadcasts;
    FollowStore& follows;
    PageStore& pages;
    People& people;
    PasswordHasher& passwords;
    Herald& herald;
    io::BlockingPool& blocking;

    StreamLookup& lookup;
    StateBoard& states;
    Lifecycle& lifecycle;
    Catalogue& catalogue;
    Audience& audience;
    HealthBook& health;
    Announcer& announcer;
    FollowedCache& followed;
    CoverFiles& covers;
    PlaybackTokens const& tokens;
    /// Null: streams cannot have country rules.
    std::shared_ptr<geo::CountryDatabase const> countries;
    StreamUrls urls;
    /// Whether there is a live picture of it, asked on a loop.
    std::function<bool(StreamId const&)> has_picture;

    /// Runs what blocks away from the loop.
    template <typename Work>
    auto run(Work work) {
        return blocking.run(std::move(work));
    }

    /// What this process has just written.
    void changed(SharedPage const& page) {
        lookup.learn(page);
        lifecycle.update(page, steady_now());
    }
};

/// What somebody is to a stream.
enum class Standing {
    nobody,
    moderator,  ///< of its creator, or of the site
    owner,      ///< and an administrator of one of nobody
};

using Answer = Result<http::Response>;

/// Blocks.
Result<Standing> standing_of(Services& services, api::Caller const& caller, Stream const& stream);

/// The stream that a call names, fresh from the database, for those who are at least `least` to it.
/// Errors: not_found, denied.
io::Task<Result<SharedPage>> stream_for(Services& services, api::Call const& call, Standing least);

}  // namespace directfanz::streams
