#include "system/http/gzip.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include <zlib.h>

namespace directfanz::http {
namespace {

/// The largest window, plus the 16 that asks zlib for gzip's header and trailer.
constexpr int kWindowBits = 15 + 16;
constexpr int kMemoryLevel = 8;

std::string_view trim(std::string_view text) {
    auto const first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// What comes before the separator; `text` keeps what comes after it.
std::string_view take(std::string_view& text, char separator) {
    auto const item = text.substr(0, text.find(separator));
    text.remove_prefix(std::min(item.size() + 1, text.size()));
    return trim(item);
}

/// A weight in thousandths: "0.5" is 500 (RFC 9110, 12.4.2). Nothing for what is none.
std::optional<int> parse_weight(std::string_view text) {
    if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
    if (text.size() > 1 && text[1] != '.') return std::nullopt;
    auto weight = text[0] == '1' ? 1000 : 0;
    auto worth = 100;
    for (auto const digit : text.substr(std::min<std::size_t>(2, text.size()))) {
        if (digit < '0' || digit > '9') return std::nullopt;
        weight += (digit - '0') * worth;
        worth /= 10;
    }
    if (weight > 1000) return std::nullopt;
    return weight;
}

/// The weight behind a coding: ";q=0.5". One that cannot be read is none: such a client gets what
/// every client understands.
int weight_of(std::string_view parameters) {
    while (!parameters.empty()) {
        auto const parameter = take(parameters, ';');
        if (parameter.size() < 2 || !same_token(parameter.substr(0, 2), "q=")) continue;
        return parse_weight(parameter.substr(2)).value_or(0);
    }
    return 1000;
}

}  // namespace

Blob gzip(ByteView bytes, int level) {
    z_stream stream{};
    if (deflateInit2(&stream, level, Z_DEFLATED, kWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        throw std::runtime_error("zlib refuses to start");
    }
    Bytes packed(deflateBound(&stream, bytes.size()));
    auto done = Z_OK;
    // zlib counts in 32 bits, and does not write through its const-less input pointer.
    stream.next_in = const_cast<Bytef*>(bytes.data());
    while (done == Z_OK) {
        constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
        auto const taken = static_cast<std::size_t>(stream.next_in - bytes.data());
        stream.avail_in = static_cast<uInt>(std::min(bytes.size() - taken, kMost));
        stream.next_out = packed.data() + stream.total_out;
        stream.avail_out = static_cast<uInt>(std::min(packed.size() - stream.total_out, kMost));
        auto const last = bytes.size() - taken == stream.avail_in;
        done = deflate(&stream, last ? Z_FINISH : Z_NO_FLUSH);
    }
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    if (done != Z_STREAM_END) throw std::runtime_error("zlib does not end a stream");
    packed.shrink_to_fit();
    return Blob(std::move(packed));
}

bool accepts_gzip(Request const& request) {
    auto const field = request.headers.joined("Accept-Encoding");
    std::string_view list = field;
    std::optional<int> gzip_weight;
    std::optional<int> any_weight;
    auto identity_weight = 0;
    while (!list.empty()) {
        auto item = take(list, ',');
        auto const coding = take(item, ';');
        auto const weight = weight_of(item);
        if (same_token(coding, "gzip") || same_token(coding, "x-gzip")) gzip_weight = weight;
        if (coding == "*") any_weight = weight;
        if (same_token(coding, "identity")) identity_weight = weight;
    }
    auto const weight = gzip_weight.value_or(any_weight.value_or(0));
    return weight > 0 && weight >= identity_weight;
}

}  // namespace directfanz::http
