#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/strong.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace directfanz::streams {

/// What a playback token says.
struct PlaybackClaims {
    /// Written as looks_like_id() has it.
    StreamId stream;
    /// Also while only its creator may see it, and from any country.
    bool preview = false;
    /// To the second.
    WallTime expires_at;
    /// Stream::access_epoch when it was given.
    std::int64_t epoch = 0;
    /// Stands for who got it.
    std::uint64_t viewer = 0;

    bool operator==(PlaybackClaims const&) const = default;
};

/// Gives out playback tokens and reads them again: base64url(claims) "." base64url(HMAC-SHA256),
/// so that none is made by who does not have the secret. From any thread.
class PlaybackTokens {
  public:
    explicit PlaybackTokens(Bytes secret) : secret_(std::move(secret)) {}

    /// `claims.stream` has to look like an id.
    std::string make(PlaybackClaims const& claims) const;

    /// Nothing for what make() did not make. Whether it still holds is not asked here.
    std::optional<PlaybackClaims> read(std::string_view token) const;

    static constexpr std::size_t kSecretBytes = 32;
    static constexpr std::size_t kMaxTokenLength = 128;

  private:
    Bytes secret_;
};

}  // namespace directfanz::streams
