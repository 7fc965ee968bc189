#pragma once

#include <cstdint>
#include <string>

namespace directfanz::mp4 {

/// Four characters that name a box, a brand, a handler or a sample entry.
enum class FourCc : std::uint32_t {};

constexpr FourCc fourcc(char const (&text)[5]) {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(text[i]);
    return FourCc{value};
}

/// "moov"; what cannot be printed is shown as '?'.
inline std::string to_string(FourCc code) {
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8) {
        auto const c = static_cast<char>(static_cast<std::uint32_t>(code) >> shift & 0xFF);
        text.push_back(c >= ' ' && c <= '~' ? c : '?');
    }
    return text;
}

}  // namespace directfanz::mp4
