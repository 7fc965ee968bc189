#include "load/playlist.hpp"

#include <charconv>
#include <stdexcept>

namespace directfanz::load {
namespace {

/// Takes the first line off `text`, without its end.
std::string_view take_line(std::string_view& text) {
    auto const end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// What follows `name` in `line`; false where something else stands.
bool is_tag(std::string_view line, std::string_view name, std::string_view& value) {
    if (!line.starts_with(name)) return false;
    value = line.substr(name.size());
    return true;
}

/// The attribute's value without quotes; empty where there is none.
std::string_view attribute(std::string_view list, std::string_view name) {
    for (std::size_t at = 0; at < list.size();) {
        auto const equals = list.find('=', at);
        if (equals == std::string_view::npos) return {};
        auto const key = list.substr(at, equals - at);
        auto const quoted = list.substr(equals + 1).starts_with('"');
        auto const begin = equals + (quoted ? 2 : 1);
        auto const end = std::min(list.find(quoted ? '"' : ',', begin), list.size());
        if (key == name) return list.substr(begin, end - begin);
        at = end + (quoted ? 2 : 1);
    }
    return {};
}

template <typename T>
T number(std::string_view text) {
    T value{};
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

MediaPlaylist MediaPlaylist::parse(std::string_view text) {
    MediaPlaylist playlist;
    Place place;
    auto hinted = false;
    while (!text.empty()) {
        auto const line = take_line(text);
        std::string_view value;
        if (is_tag(line, "#EXT-X-PART:", value)) {
            if (attribute(value, "GAP") != "YES")
                playlist.parts.push_back({place, std::string(attribute(value, "URI"))});
            ++place.part;
        } else if (is_tag(line, "#EXT-X-MEDIA-SEQUENCE:", value)) {
            place.media_sequence = number<std::uint64_t>(value);
        } else if (is_tag(line, "#EXT-X-SKIP:", value)) {
            place.media_sequence += number<std::uint64_t>(attribute(value, "SKIPPED-SEGMENTS"));
        } else if (is_tag(line, "#EXT-X-PART-INF:", value)) {
            auto const target = number<double>(attribute(value, "PART-TARGET"));
            playlist.part_target = microseconds(static_cast<std::int64_t>(target * 1e6));
        } else if (line.starts_with("#EXT-X-PRELOAD-HINT:")) {
            hinted = true;
        } else if (!line.empty() && !line.starts_with('#')) {
            place = {place.media_sequence + 1, 0};
        }
    }
    if (!hinted || playlist.part_target == microseconds(0))
        throw std::runtime_error("this is no live playlist with parts");
    playlist.next = place;
    return playlist;
}

std::vector<std::string> playlists_of(std::string_view multivariant) {
    std::vector<std::string> found;
    std::string audio;
    while (!multivariant.empty() && found.empty()) {
        auto const line = take_line(multivariant);
        std::string_view value;
        if (is_tag(line, "#EXT-X-MEDIA:", value) && attribute(value, "TYPE") == "AUDIO") {
            audio = attribute(value, "URI");
        } else if (!line.empty() && !line.starts_with('#')) {
            found.emplace_back(line);
        }
    }
    if (found.empty()) throw std::runtime_error("the multivariant playlist names no variant");
    if (!audio.empty()) found.push_back(std::move(audio));
    return found;
}

}  // namespace directfanz::load
