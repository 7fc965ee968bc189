#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/strong.hpp"
#include "platform/api/caller.hpp"
#include "system/db/database.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::streams {

/// What a stream is doing, as the contract has it. A broadcast is never idle.
enum class Phase : std::uint8_t { idle, preview, live, reconnecting, ended };

inline constexpr std::array<std::string_view, 5> kPhases{"idle", "preview", "live", "reconnecting",
                                                         "ended"};

std::string_view to_string(Phase phase);

/// Who ended a broadcast.
enum class EndedBy : std::uint8_t {
    creator,
    moderator,
    encoder,     ///< it said that it was done
    connection,  ///< the publisher did not come back
    server,      ///< it was stopped
};

inline constexpr std::array<std::string_view, 5> kEndedBy{"creator", "moderator", "encoder",
                                                          "connection", "server"};

std::string_view to_string(EndedBy who);

/// How many watched.
struct AudienceTotals {
    std::int64_t peak = 0;
    /// Different ones, about.
    std::int64_t distinct = 0;
    /// Of all viewers together.
    std::int64_t watched_seconds = 0;

    bool operator==(AudienceTotals const&) const = default;
};

/// The picture that was broadcast; zeros while nobody knows.
struct PictureFormat {
    unsigned width = 0;
    unsigned height = 0;
    double frame_rate = 0;

    bool operator==(PictureFormat const&) const = default;
};

/// From the first media of a stream to its end.
struct BroadcastRow {
    std::string id;
    StreamId stream;
    Phase phase = Phase::preview;
    std::string title;
    WallTime started_at;
    std::optional<WallTime> live_at;
    std::optional<WallTime> ended_at;
    std::optional<EndedBy> ended_by;
    /// When it was written of last.
    WallTime seen_at;
    AudienceTotals audience;
    PictureFormat picture;
    std::int64_t likes = 0;
    std::int64_t new_followers = 0;

    bool operator==(BroadcastRow const&) const = default;
};

/// Where a page of a stream's broadcasts goes on.
struct StartedBefore {
    std::int64_t started_at = 0;
    std::string id;
};

/// The broadcasts that there were. Every call blocks; from any thread.
class BroadcastStore {
  public:
    explicit BroadcastStore(db::Database& database) : database_(database) {}

    /// Writes the row, or writes it anew, all but its likes and followers. Nothing for a stream
    /// that is not there.
    Result<void> save(BroadcastRow const& row);
    /// Counts what likes and followers came since it was live, for one that has ended.
    Result<void> count_up(std::string const& id);
    /// One that never was live leaves nothing.
    Result<void> remove(std::string const& id);

    Result<std::optional<BroadcastRow>> find(StreamId const& stream, std::string const& id);
    Result<std::optional<BroadcastRow>> last(StreamId const& stream);
    /// Newest first; behind `before`.
    Result<std::vector<BroadcastRow>> of(StreamId const& stream, std::size_t most,
                                         std::optional<StartedBefore> const& before = {});
    /// Those that have not ended.
    Result<std::vector<BroadcastRow>> open();

  private:
    db::Database& database_;
};

}  // namespace directfanz::streams
