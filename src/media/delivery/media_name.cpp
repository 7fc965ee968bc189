#include "media/delivery/media_name.hpp"

#include <charconv>

namespace directfanz::delivery {
namespace {

/// A decimal number in its one way of writing: no sign, no leading zero. One address a resource, so
/// that caches cannot be filled with copies.
template <typename T>
std::optional<T> number(std::string_view text) {
    if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    T value = 0;
    auto const* const last = text.data() + text.size();
    auto const [end, code] = std::from_chars(text.data(), last, value);
    if (code != std::errc{} || end != last) return std::nullopt;
    return value;
}

bool strip_suffix(std::string_view& text, std::string_view suffix) {
    if (!text.ends_with(suffix)) return false;
    text.remove_suffix(suffix.size());
    return true;
}

}  // namespace

std::optional<MediaName> parse_media_name(std::string_view file) {
    if (file.starts_with("init-") && strip_suffix(file, ".mp4")) {
        auto const version = number<unsigned>(file.substr(5));
        if (!version) return std::nullopt;
        return InitName{*version};
    }
    if (!strip_suffix(file, ".m4s")) return std::nullopt;
    auto const dot = file.find('.');
    auto const media_sequence = number<std::uint64_t>(file.substr(0, dot));
    if (!media_sequence) return std::nullopt;
    if (dot == std::string_view::npos) return SegmentName{*media_sequence};
    auto const part = number<std::uint64_t>(file.substr(dot + 1));
    if (!part) return std::nullopt;
    return PartName{*media_sequence, *part};
}

}  // namespace directfanz::delivery
