#include "system/io/proxy_header.hpp"

#include <algorithm>
#include <cstdlib>

using namespace directfanz;

/// Whole, and in pieces as long as the first byte says: the same address and length come out, and
/// no more is kept than the limit.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) return 0;
    ByteView const bytes(data + 1, size - 1);
    io::ProxyHeaderReader whole;
    auto const used = whole.feed(bytes);
    if (used && *used > io::ProxyHeaderReader::kMaxSize) std::abort();

    io::ProxyHeaderReader pieces;
    std::size_t taken = 0;
    auto failed = false;
    while (!pieces.done() && taken < bytes.size() && !failed) {
        auto const count = std::min<std::size_t>(data[0] + 1U, bytes.size() - taken);
        auto const part = pieces.feed(bytes.subspan(taken, count));
        failed = !part;
        if (part) taken += *part;
    }
    if (failed != !used.has_value()) std::abort();
    if (used && (taken != *used || pieces.done() != whole.done())) std::abort();
    if (used && pieces.source() != whole.source()) std::abort();
    return 0;
}
