#pragma once

#include "media/delivery/boards.hpp"
#include "media/delivery/thumbnails.hpp"
#include "platform/streams/creator_routes.hpp"
#include "platform/streams/gate.hpp"
#include "platform/streams/routes.hpp"
#include "platform/streams/sequence_keeper.hpp"
#include "platform/streams/services.hpp"
#include "platform/streams/studio_routes.hpp"
#include "system/io/scope.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace directfanz::streams {

struct StreamsOptions {
    FailureLimits key_failures;
    /// How long a dropped publisher's broadcast waits for it.
    seconds grace{60};
    std::filesystem::path covers;
    /// Null: none.
    std::shared_ptr<geo::CountryDatabase const> countries;
};

/// The module: all that streams are, put together. It outlives the media, the Api and the loops'
/// work.
class Streams {
  public:
    /// All outlive this. Throws where the database has no answer for the server's own secret.
    Streams(db::Database& database, io::BlockingPool& blocking, io::LoopPool& loops, People& people,
            PasswordHasher& passwords, Herald& herald, StreamsOptions options);

    /// What media asks and tells. The listeners stand before those that hand media out: rights are
    /// there before what they are about.
    live::PublishGate& gate() { return gate_; }
    delivery::PlaybackGate& rights() { return rights_; }
    delivery::AudienceListener& audience() { return audience_; }
    std::vector<live::BroadcastListener*> listeners() {
        return {&keeper_, &lifecycle_, &states_, &health_};
    }
    void stop_by(Lifecycle::Stop stop) { lifecycle_.stop_by(std::move(stop)); }
    void show_pictures_of(delivery::Thumbnails const& thumbnails);

    /// Where the server is reached. Before the loops run.
    void set_urls(StreamUrls urls) { services_.urls = std::move(urls); }

    void add_to(api::Api& api);
    /// The cover pictures.
    void add_routes(http::Router& router) { covers_.add_routes(router); }

    /// Takes up what the database has, and starts what happens by itself. Before the loops run.
    Result<void> start();
    /// Nobody waits any more. From any thread.
    void stop_waiting() { states_.close(); }

    /// What sites may show the player of a stream, for Content-Security-Policy's frame-ancestors:
    /// "'self' https://fans.example".
    io::Task<std::string> frame_ancestors(StreamId id);

    /// Returns when all that happened is written and told; for tests.
    void wait() {
        journal_.wait();
        announcer_.wait();
    }

    /// An account's streams as its owner sees them, and whom it follows: names, and JSON text.
    /// Blocks.
    Result<std::vector<std::pair<std::string, std::string>>> export_of(AccountId const& account);
    /// The account goes: with its streams, whoever watches them, and with whom it follows and what
    /// it likes. Blocks.
    Result<void> remove_all_of(AccountId const& account);
    /// Whoever was shown a key of the account's streams publishes with it no more; what is on air
    /// stays. Blocks.
    Result<void> replace_keys_of(AccountId const& account);

    StreamStore& store() { return store_; }
    CategoryStore& categories() { return categories_; }
    FollowStore& follows() { return follows_; }
    BroadcastStore& broadcasts() { return broadcasts_; }

    /// How often announced streams are read again: another process may have changed them.
    static constexpr seconds kScheduleInterval{30};
    /// Broadcasts of one stream in an export, the last ones.
    static constexpr std::size_t kMostExported = 10'000;

  private:
    static io::Task<> tick(Streams& streams);
    static io::Task<> read_schedule(Streams& streams);
    Result<void> load_schedule();

    io::LoopPool& loops_;
    io::BlockingPool& blocking_;
    StreamStore store_;
    CategoryStore categories_;
    BroadcastStore broadcasts_;
    FollowStore follows_;
    PageStore pages_;
    PlaybackTokens tokens_;
    StreamLookup lookup_;
    Audience audience_;
    StateBoard states_;
    PlaybackRights rights_;
    Catalogue catalogue_;
    HealthBook health_;
    Announcer announcer_;
    Journal journal_;
    Lifecycle lifecycle_;
    StreamGate gate_;
    SequenceKeeper keeper_;
    FollowedCache followed_;
    CoverFiles covers_;
    Services services_;
    StreamRoutes stream_routes_;
    StudioRoutes studio_routes_;
    CreatorRoutes creator_routes_;
    std::optional<io::Scope> scope_;
};

}  // namespace directfanz::streams
