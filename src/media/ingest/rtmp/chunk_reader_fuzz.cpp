#include "media/ingest/rtmp/chunk_reader.hpp"

#include <algorithm>
#include <cstdlib>

using namespace directfanz;

namespace {

struct Discard : rtmp::ChunkReader::Sink {
    Result<rtmp::ChunkReader::Flow> on_message(rtmp::Message) override {
        return rtmp::ChunkReader::Flow::go_on;
    }
};

}  // namespace

/// The first byte says in what pieces the rest arrives. The limits hold whatever comes.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) return 0;
    rtmp::ReaderLimits const limits{.message_size = 1 << 16, .unfinished_bytes = 1 << 17};
    rtmp::ChunkReader reader(limits);
    Discard sink;
    auto const piece = data[0] + 1U;
    for (ByteView left(data + 1, size - 1); !left.empty();) {
        auto const count = std::min<std::size_t>(piece, left.size());
        auto const used = reader.feed(left.first(count), sink);
        if (!used) break;
        if (*used != count || reader.unfinished_bytes() > limits.unfinished_bytes) std::abort();
        left = left.subspan(count);
    }
    return 0;
}
