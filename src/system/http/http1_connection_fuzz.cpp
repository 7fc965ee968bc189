#include "system/http/http1_connection.hpp"
#include "system/http/test_support.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

/// The first byte says how the others arrive, and how much the peer takes at once. Whatever comes,
/// the connection ends, and its answers do not depend on how the bytes were cut.
namespace directfanz::http {
namespace {

struct Outcome {
    std::array<std::uint64_t, 6> responses{};
    std::uint64_t requests = 0;
    std::uint64_t bytes = 0;
    bool operator==(Outcome const&) const = default;
};

Outcome converse(std::vector<ByteView> const& pieces, std::size_t write_limit) {
    static Router const router = [] {
        Router made;
        testing::add_quiet_routes(made);
        return made;
    }();
    ServerContext context{
        .router = router, .limits = {.header_bytes = 1024, .body_bytes = 1024}, .counters = {}};
    testing::ScriptedStream stream(pieces);
    stream.write_limit = write_limit;
    Peer const peer{.address = "127.0.0.1", .connection = 1};
    Http1Connection connection(stream, context, peer);
    testing::run_now(connection.run({}));
    if (!stream.closed || stream.written.size() != context.counters.bytes_sent) __builtin_trap();
    // Whether a client is told to go on with its body depends on whether that has come.
    constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    auto bytes = context.counters.bytes_sent;
    for (auto at = stream.written.find(kContinue); at != std::string::npos;
         at = stream.written.find(kContinue, at + 1)) {
        bytes -= kContinue.size();
    }
    return {context.counters.responses, context.counters.requests, bytes};
}

}  // namespace
}  // namespace directfanz::http

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace directfanz;
    if (size == 0) return 0;
    ByteView bytes(data + 1, size - 1);
    auto const whole = http::converse({bytes}, 1 << 20);

    std::size_t const step = data[0] % 16 + 1U;
    std::size_t const write_limit = data[0] / 16 * 16U + 1U;
    std::vector<ByteView> pieces;
    for (auto left = bytes; !left.empty(); left = left.subspan(pieces.back().size())) {
        pieces.push_back(left.first(std::min(step, left.size())));
    }
    if (http::converse(pieces, write_limit) != whole) __builtin_trap();
    return 0;
}
