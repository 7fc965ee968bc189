#include "system/io/byte_stream.hpp"

#include <algorithm>
#include <array>

namespace directfanz::io {

IoOutcome ByteStream::send_file(std::span<iovec const> before, FileSpan const& file) {
    if (before.size() >= kMaxGather) return write(before.first(kMaxGather));
    std::array<iovec, kMaxGather> parts;
    auto const last = std::ranges::copy(before, parts.begin()).out;
    *last = {.iov_base = const_cast<std::uint8_t*>(file.bytes.data()),
             .iov_len = file.bytes.size()};
    return write(std::span(parts).first(before.size() + 1));
}

}  // namespace directfanz::io
