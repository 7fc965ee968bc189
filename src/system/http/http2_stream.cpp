#include "system/http/http2_stream.hpp"

#include "system/http/http2_limits.hpp"
#include "system/http/http2_outbox.hpp"

#include <algorithm>

namespace directfanz::http {

void Http2Pace::begin(SteadyTime until) {
    deadline = until;
    progress = 0;
}

bool Http2Pace::is_missed(SteadyTime now, milliseconds allowed) {
    if (now < deadline) return false;
    if (progress < kLeastProgress) return true;
    begin(now + allowed);
    return false;
}

std::size_t Http2Stream::frame_size(std::size_t wish) const {
    std::size_t size = 0;
    std::size_t pieces = 0;
    auto offset = next_byte;
    for (auto i = next_blob; i < body.size() && size < wish && pieces < kMaxPieces; ++i) {
        auto const there = body[i].size() - offset;
        offset = 0;
        if (there == 0) continue;
        size += std::min(there, wish - size);
        ++pieces;
    }
    return size;
}

void Http2Stream::take(std::size_t bytes, Http2Outbox& outbox) {
    left -= bytes;
    shut.progress += bytes;
    turn.progress += bytes;
    while (bytes > 0) {
        auto const& blob = body[next_blob];
        auto const rest = blob.size() - next_byte;
        auto const count = std::min(rest, bytes);
        if (count > 0) outbox.add_piece(blob, next_byte, count);
        bytes -= count;
        next_byte += count;
        if (count < rest) return;
        ++next_blob;
        next_byte = 0;
    }
}

}  // namespace directfanz::http
