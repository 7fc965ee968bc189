#pragma once

#include "base/bytes.hpp"
#include "worker/video_encoder.hpp"

#include <string>
#include <vector>

namespace directfanz::worker {

/// Serves the server at the other end of a connected stream socket until it says End or goes away.
/// `font` is for the card that stands in for a silent source, `warnings` are told to the server
/// after Ready; `encoder` is what the process was started for. Returns the program's exit status: 0
/// then, 1 for an error, which it has told the server.
int serve(int socket, ByteView font, EncoderKind encoder, std::vector<std::string> const& warnings);

}  // namespace directfanz::worker
