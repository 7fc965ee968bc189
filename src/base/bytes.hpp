#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace directfanz {

/// Bytes that somebody else owns.
using ByteView = std::span<const std::uint8_t>;

/// Bytes being built or received.
using Bytes = std::vector<std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
    return {reinterpret_cast<std::uint8_t const*>(text.data()), text.size()};
}

inline std::string_view as_text(ByteView bytes) {
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

}  // namespace directfanz
