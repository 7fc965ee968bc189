#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace directfanz::delivery {

/// "init-<version>.mp4"
struct InitName {
    unsigned version = 0;
};

/// "<media sequence>.m4s"
struct SegmentName {
    std::uint64_t media_sequence = 0;
};

/// "<media sequence>.<part>.m4s"
struct PartName {
    std::uint64_t media_sequence = 0;
    std::uint64_t part = 0;
};

using MediaName = std::variant<InitName, SegmentName, PartName>;

/// The last element of a media address, as packager/playlist.hpp lists them; nothing for any other
/// text.
std::optional<MediaName> parse_media_name(std::string_view file);

}  // namespace directfanz::delivery
