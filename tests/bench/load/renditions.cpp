#include "load/renditions.hpp"

#include "load/http1_transport.hpp"

#include <fmt/format.h>

namespace directfanz::load {

std::vector<std::unique_ptr<Board>> renditions_of(Address const& server, std::string const& path,
                                                  TlsClient* tls) {
    auto const folder = path.substr(0, path.rfind('/') + 1);
    auto const authority = fmt::format("{}:{}", server.host, server.port);
    std::vector<std::unique_ptr<Board>> boards;
    for (auto const& playlist : playlists_of(fetch(server, path, tls))) {
        auto& board = boards.emplace_back(std::make_unique<Board>(authority, folder + playlist));
        board->learn(MediaPlaylist::parse(fetch(server, folder + playlist, tls)), steady_now());
    }
    return boards;
}

}  // namespace directfanz::load
