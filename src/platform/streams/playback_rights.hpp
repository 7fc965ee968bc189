#pragma once

#include "base/clock.hpp"
#include "base/lru_map.hpp"
#include "media/delivery/playback_gate.hpp"
#include "platform/streams/playback_token.hpp"
#include "platform/streams/situation.hpp"
#include "system/geo/country_database.hpp"
#include "system/io/event_loop.hpp"

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace directfanz::streams {

/// Who may watch a stream at present. Never changes once it is published.
struct Access {
    bool suspended = false;
    /// Nobody sees it without a token that says preview.
    bool preview = false;
    bool needs_token = false;
    /// Of tokens that count.
    std::int64_t epoch = 0;
    std::vector<std::string> allowed_countries;
    std::vector<std::string> blocked_countries;

    bool has_country_rules() const {
        return !allowed_countries.empty() || !blocked_countries.empty();
    }
    /// Nothing: the country is not known. Where only some are allowed, that is none of them.
    bool shown_in(std::optional<std::string> const& country) const;

    bool operator==(Access const&) const = default;
};

/// What the page's settings make of it in that phase.
Access access_of(StreamPage const& page, Phase phase);

/// Answers the viewers' loops from memory, where each has its own pointers to the same rights.
class PlaybackRights final : public delivery::PlaybackGate, public SituationListener {
  public:
    /// `countries` may be null: no country is known then (Access::shown_in).
    PlaybackRights(io::LoopPool& loops, PlaybackTokens const& tokens,
                   std::shared_ptr<geo::CountryDatabase const> countries);

    Verdict admit(StreamId const& stream, std::string_view token,
                  std::string_view address) override;

    void on_situation(SharedPage const& page, Situation const& before,
                      Situation const& now) override;
    void on_idle(StreamId const& stream) override;
    void on_removed(SharedPage const& page) override;

    /// Tokens whose signature a loop need not check again.
    static constexpr std::size_t kKnownTokens = 4'096;

  private:
    /// One loop's, used there only.
    struct Home {
        explicit Home(io::EventLoop& l) : loop(l), known(kKnownTokens) {}
        io::EventLoop& loop;
        std::unordered_map<StreamId, std::shared_ptr<Access const>> access;
        LruMap<std::string, PlaybackClaims> known;
    };

    void set(StreamId const& stream, std::shared_ptr<Access const> access);
    PlaybackClaims const* read(Home& home, std::string_view token) const;

    PlaybackTokens const& tokens_;
    std::shared_ptr<geo::CountryDatabase const> countries_;
    std::vector<std::unique_ptr<Home>> homes_;
};

}  // namespace directfanz::streams
