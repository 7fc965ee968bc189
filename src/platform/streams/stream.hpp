#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/strong.hpp"
#include "media/live/ladder.hpp"
#include "platform/api/caller.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::streams {

/// The secret that opens a stream to an encoder. No string, so that it is not logged by mistake.
using StreamKey = Strong<std::string, struct StreamKeyTag>;

enum class Visibility : std::uint8_t { public_, unlisted, followers, password };
enum class LatencyMode : std::uint8_t { low, normal };

inline constexpr std::array<std::string_view, 4> kVisibilities{"public", "unlisted", "followers",
                                                               "password"};
inline constexpr std::array<std::string_view, 2> kLatencyModes{"low", "normal"};

std::string_view to_string(Visibility visibility);
std::string_view to_string(LatencyMode mode);
std::optional<Visibility> parse_visibility(std::string_view name);

struct ChatSettings {
    bool enabled = true;
    bool followers_only = false;
    /// Seconds between two messages of one person.
    std::int64_t slow_mode = 0;
    bool links = true;

    bool operator==(ChatSettings const&) const = default;
};

/// What the owner says of a stream.
struct StreamSettings {
    std::string title;
    std::string description;
    /// A slug.
    std::optional<std::string> category;
    /// In lower case.
    std::vector<std::string> tags;
    /// ISO 639.
    std::optional<std::string> language;
    bool mature = false;
    Visibility visibility = Visibility::public_;
    /// What the password hasher made; for Visibility::password.
    std::optional<std::string> password_hash;
    std::optional<WallTime> scheduled_at;
    LatencyMode latency_mode = LatencyMode::low;
    /// The server's if there is none.
    std::optional<live::Ladder> ladder;
    bool recording = false;
    /// Live as soon as media arrives.
    bool auto_live = true;
    ChatSettings chat;
    /// ISO 3166-1 alpha-2, in capitals. No allowed ones: all.
    std::vector<std::string> allowed_countries;
    std::vector<std::string> blocked_countries;
    /// Origins that may show the player.
    std::vector<std::string> embed_sites;

    bool operator==(StreamSettings const&) const = default;
};

/// Whether `a` and `b` let different people watch: what was given under one holds for the other.
bool same_rights(StreamSettings const& a, StreamSettings const& b);

struct Stream : StreamSettings {
    StreamId id;
    /// None: made on the command line, for nobody.
    std::optional<AccountId> owner;
    WallTime created_at;
    WallTime key_created_at;
    /// The cover picture's file name.
    std::optional<std::string> cover;
    /// Counts the owner's edits.
    std::int64_t version = 1;
    /// Counts changes of who may watch.
    std::int64_t access_epoch = 0;
    std::int64_t likes = 0;
    /// The highest discontinuity sequence number that players may have seen. They must never see it
    /// go back, not even when the program was killed.
    std::uint64_t discontinuity_sequence = 0;
    /// The same for media sequence numbers; reserved in advance, so it may be ahead of what was
    /// used.
    std::uint64_t media_sequence = 0;

    bool operator==(Stream const&) const = default;
};

/// Characters (Unicode code points) of a title.
inline constexpr std::size_t kMaxTitleLength = 140;

/// A title is 1 to 140 characters of UTF-8, not all of them blank, without characters that control:
/// line breaks, and the marks that turn the direction of the text around them.
Result<void> check_title(std::string_view title);

/// Whether `text` is written like an id. What is not needs no look into the database.
bool looks_like_id(std::string_view text);

/// 60 random bits, 12 characters of base 32: short enough to read out, and a million streams
/// collide with a chance of one in two million (the store then draws again).
StreamId new_stream_id();

/// 80 random bits, 16 characters of RFC 4648's base 32 in lower case: of a broadcast, a category.
std::string new_row_id();

/// 160 random bits, 32 characters.
StreamKey new_stream_key();

}  // namespace directfanz::streams
