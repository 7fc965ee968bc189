#pragma once

#include "base/clock.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::load {

/// A part's place: its segment's media sequence number, and its number in it.
struct Place {
    std::uint64_t media_sequence = 0;
    std::uint64_t part = 0;
    auto operator<=>(Place const&) const = default;
};

struct ListedPart {
    Place place;
    /// As written.
    std::string uri;
};

/// What a viewer of the live edge takes from a media playlist.
struct MediaPlaylist {
    /// In order; parts that are gaps are left out.
    std::vector<ListedPart> parts;
    /// The part that EXT-X-PRELOAD-HINT names: the next.
    Place next;
    microseconds part_target{};

    /// Throws std::runtime_error when `text` is no live playlist with parts.
    static MediaPlaylist parse(std::string_view text);
};

/// The addresses of the first variant's playlist and of the audio rendition's, as written.
/// Throws std::runtime_error when there is no variant.
std::vector<std::string> playlists_of(std::string_view multivariant);

}  // namespace directfanz::load
