#include "load/board.hpp"

#include <utility>

#include <fmt/format.h>

namespace directfanz::load {

Board::Board(std::string authority, std::string path)
    : authority_(std::move(authority)), path_(std::move(path)) {}

Resource Board::resource(std::string const& authority, std::string path) {
    auto request = fmt::format(
        "GET {} HTTP/1.1\r\n"
        "Host: {}\r\n"
        "Connection: keep-alive\r\n"
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/140.0.0.0 Safari/537.36\r\n"
        "Accept: */*\r\n"
        "Referer: http://{}/\r\n"
        "Accept-Encoding: gzip, deflate\r\n"
        "Accept-Language: en-GB,en;q=0.9\r\n\r\n",
        path, authority, authority);
    return {.path = std::move(path), .http1_request = std::move(request)};
}

Resource Board::playlist_for(Place place) const {
    return resource(authority_, fmt::format("{}?_HLS_msn={}&_HLS_part={}&_HLS_skip=YES", path_,
                                            place.media_sequence, place.part));
}

void Board::learn(MediaPlaylist const& playlist, SteadyTime now) {
    part_target_ = playlist.part_target;
    auto const folder = path_.substr(0, path_.rfind('/') + 1);
    for (auto const& listed : playlist.parts) {
        if (!parts_.empty() && listed.place <= parts_.back().place) continue;
        parts_.push_back({.place = listed.place,
                          .playlist = playlist_for(listed.place),
                          .media = resource(authority_, folder + listed.uri),
                          .listed = now});
    }
    if (!next_playlists_.empty() && playlist.next <= next_) return;
    next_ = playlist.next;
    next_playlists_.push_back(playlist_for(next_));
}

Resource const& Board::playlist_with(std::size_t part) {
    return part < parts_.size() ? parts_[part].playlist : next_playlists_.back();
}

}  // namespace directfanz::load
