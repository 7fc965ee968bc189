#pragma once

#include "base/result.hpp"
#include "platform/streams/stream.hpp"
#include "system/db/database.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace directfanz::streams {

/// A stream and its key, which is told this once: the store keeps its hash alone.
struct OpenedStream {
    Stream stream;
    StreamKey key;
};

/// Sequence numbers of playlists.
struct Sequences {
    std::uint64_t media = 0;
    std::uint64_t discontinuity = 0;
};

/// Where a page of an owner's streams goes on.
struct CreatedBefore {
    std::int64_t created_at = 0;
    std::string id;
};

/// The streams that there are. Every call blocks; from any thread.
///
/// Keys are stored as their SHA-256. A slow, salted hash is for passwords, which people choose and
/// others can guess; a key is 160 random bits, so that nobody finds one from its hash, and a fast
/// hash lets an index find it. Looking the hash up also leaves nothing to time: how far a wrong
/// key's hash agrees with a stored one says nothing about a key.
class StreamStore {
  public:
    explicit StreamStore(db::Database& database) : database_(database) {}

    /// Public, live by itself, of nobody. Error: invalid for the title.
    Result<OpenedStream> create(std::string_view title);
    /// Errors: invalid for the title; too_large (kMostOwned).
    Result<OpenedStream> create(StreamSettings const& settings,
                                std::optional<AccountId> const& owner);

    /// Oldest first.
    Result<std::vector<Stream>> list();
    /// Newest first; behind `before`.
    Result<std::vector<Stream>> owned_by(AccountId const& owner, std::size_t most,
                                         std::optional<CreatedBefore> const& before = {});
    /// Those that have announced a time after `after`, soonest first.
    Result<std::vector<Stream>> scheduled(WallTime after, std::size_t most);

    Result<std::optional<Stream>> find(StreamId const& id);
    Result<std::optional<Stream>> find_by_key(StreamKey const& key);

    /// `allows` is asked for the present version, `change` changes what it is given. Returns what
    /// is then. Errors: not_found; conflict where `allows` said no; what `change` returned.
    Result<Stream> edit(StreamId const& id, std::function<bool(std::int64_t version)> const& allows,
                        std::function<Result<void>(StreamSettings&)> const& change);
    /// The picture's file, or none. Returns what is then, and the file that was. Error: not_found.
    Result<std::pair<Stream, std::optional<std::string>>> set_cover(
        StreamId const& id, std::optional<std::string> const& file);

    /// A new key in place of the old one, which opens nothing from then on. Error: not_found.
    Result<OpenedStream> rotate_key(StreamId const& id);

    /// Remembers what players may have seen; a lower number than the present one changes nothing.
    Result<void> raise_sequences(StreamId const& id, Sequences const& to);

    /// With its broadcasts and likes. Returns what was removed. Error: not_found.
    Result<Stream> remove(StreamId const& id);

    /// So many streams one account may have.
    static constexpr std::int64_t kMostOwned = 500;

  private:
    db::Database& database_;
};

}  // namespace directfanz::streams
