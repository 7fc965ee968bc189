#pragma once

#include "load/board.hpp"
#include "load/channel.hpp"

#include <memory>
#include <string>
#include <vector>

namespace directfanz::load {

/// A board for the stream's video and, where it has one of its own, its audio, each filled from one
/// playlist. Throws std::exception.
std::vector<std::unique_ptr<Board>> renditions_of(Address const& server, std::string const& path,
                                                  TlsClient* tls);

}  // namespace directfanz::load
