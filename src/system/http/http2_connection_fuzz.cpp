#include "system/http/http2_connection.hpp"
#include "system/http/http2_outbox.hpp"
#include "system/http/test_support.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>

/// The first byte says how the frames arrive behind a client's preface, how much the peer takes at
/// once and how soon, and whether time passes. Whatever comes, the connection ends, and every
/// request that was counted is accounted for.
namespace directfanz::http {
namespace {

/// RFC 9113, 3.4, and empty SETTINGS.
constexpr std::string_view kPreface("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33);

/// A body that is too large to be copied and has no owner but its answer.
io::Task<Response> fresh(Request const&, PathParameters const&) {
    return testing::answer_with(Blob(std::string(8 * Http2Outbox::kCopyBelow, 'f')));
}

/// Turns of the loop until the peer's next bytes are there, and until there is room for more of
/// ours. Without any, all is read before a handler begins; with some, handlers answer meanwhile,
/// and what the peer says comes while their answers wait to be written.
struct Pace {
    std::size_t to_read = 0;
    std::size_t to_write = 0;
};
constexpr std::array<Pace, 4> kPaces{{{},
                                      {.to_read = 1, .to_write = 4},
                                      {.to_read = 4, .to_write = 1},
                                      {.to_read = 4, .to_write = 64}}};

struct Peculiarities {
    std::size_t write_limit = 1 << 20;
    /// How far the connection's clock is ahead.
    milliseconds lead{0};
    Pace pace = {};
};

void converse(std::vector<ByteView> const& pieces, Peculiarities const& how) {
    static Router const router = [] {
        Router made;
        testing::add_quiet_routes(made);
        made.add(Method::get, "/crumbs", testing::crumbs);
        made.add(Method::get, "/fresh", fresh);
        return made;
    }();
    ServerContext context{
        .router = router, .limits = {.header_bytes = 1024, .body_bytes = 1024}, .counters = {}};
    Peer const peer{.address = "127.0.0.1", .connection = 1};
    testing::ScriptedStream stream(pieces);
    stream.write_limit = how.write_limit;
    stream.turns_to_read = how.pace.to_read;
    stream.turns_to_write = how.pace.to_write;
    Http2Connection connection(stream, context, peer);
    stream.on_wait = [&] { connection.sweep(steady_now() + how.lead); };
    testing::run_now(connection.run(as_bytes(kPreface)));
    auto const& counted = context.counters;
    auto const answers =
        std::accumulate(counted.responses.begin(), counted.responses.end(), std::uint64_t{0});
    if (!stream.closed || stream.written.size() != counted.bytes_sent ||
        answers != counted.requests || connection.owes_answer()) {
        __builtin_trap();
    }
}

}  // namespace
}  // namespace directfanz::http

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace directfanz;
    if (size == 0) return 0;
    ByteView bytes(data + 1, size - 1);
    std::size_t const step = data[0] % 8 * 32U + 1U;
    std::size_t const write_limit = data[0] / 8 % 4 == 0 ? 1 << 20 : data[0] / 8 % 4 * 100U;
    auto const lead = data[0] >= 128 ? seconds(16) : seconds(0);
    std::vector<ByteView> pieces;
    for (auto left = bytes; !left.empty(); left = left.subspan(pieces.back().size())) {
        pieces.push_back(left.first(std::min(step, left.size())));
    }
    http::converse(
        pieces, {.write_limit = write_limit, .lead = lead, .pace = http::kPaces[data[0] / 32 % 4]});
    http::converse({bytes}, {});
    return 0;
}
