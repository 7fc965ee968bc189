#pragma once

#include "base/result.hpp"
#include "platform/streams/stream.hpp"
#include "system/db/database.hpp"

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

/// The streams that there are. Every call blocks; from any thread.
///
/// Keys are stored as their SHA-256. A slow, salted hash is for passwords, which people choose and
/// others can guess; a key is 160 random bits, so that nobody finds one from its hash, and a fast
/// hash lets an index find it. Looking the hash up also leaves nothing to time: how far a wrong
/// key's hash agrees with a stored one says nothing about a key.
class StreamStore {
  public:
    explicit StreamStore(db::Database& database) : database_(database) {}

    /// Error: invalid for the title.
    Result<OpenedStream> create(std::string_view title);

    /// Oldest first.
    Result<std::vector<Stream>> list();

    Result<std::optional<Stream>> find(StreamId const& id);
    Result<std::optional<Stream>> find_by_key(StreamKey const& key);

    /// A new key in place of the old one, which opens nothing from then on. Error: not_found.
    Result<OpenedStream> rotate_key(StreamId const& id);

    /// Remembers what players may have seen; a lower number than the present one changes nothing.
    Result<void> raise_sequences(StreamId const& id, Sequences const& to);

    /// Returns what was removed. Error: not_found.
    Result<Stream> remove(StreamId const& id);

  private:
    db::Database& database_;
};

}  // namespace directfanz::streams
