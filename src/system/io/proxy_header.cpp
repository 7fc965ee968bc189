#include "system/io/proxy_header.hpp"

#include "base/byte_reader.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <string_view>
#include <vector>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/socket_base.hpp>
#include <sys/socket.h>

namespace directfanz::io {
namespace {

constexpr std::string_view kLineStart = "PROXY ";
/// proxy-protocol.txt, 2.2.
constexpr std::array<std::uint8_t, 12> kSignature{0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D,
                                                  0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
/// Signature, version and command, family and protocol, length of the rest.
constexpr std::size_t kFixedSize = 16;

enum class Command : std::uint8_t { local = 0x20, proxy = 0x21 };
enum class Family : std::uint8_t { tcp_over_v4 = 0x11, tcp_over_v6 = 0x21 };
/// Source, destination and their ports.
constexpr std::size_t kV4Addresses = 12;
constexpr std::size_t kV6Addresses = 36;

std::unexpected<Error> bad(std::string_view what) {
    return fail(ErrorKind::invalid, "proxy header", std::string(what));
}

std::vector<std::string_view> split(std::string_view line) {
    std::vector<std::string_view> words;
    for (;;) {
        auto const space = line.find(' ');
        words.push_back(line.substr(0, space));
        if (space == std::string_view::npos) return words;
        line.remove_prefix(space + 1);
    }
}

bool is_port(std::string_view text) {
    unsigned port = 0;
    auto const* const end = text.data() + text.size();
    auto const [parsed, code] = std::from_chars(text.data(), end, port);
    return code == std::errc{} && parsed == end && port <= 65535;
}

/// In the family that the line names.
std::optional<IpAddress> address_in(std::string_view text, bool v6) {
    return (text.find(':') != std::string_view::npos) == v6 ? parse_ip(text) : std::nullopt;
}

}  // namespace

std::size_t ProxyHeaderReader::wanted() const {
    if (seen_.size() < kFixedSize) return kFixedSize;
    return kFixedSize + (std::size_t{seen_[14]} << 8U | seen_[15]);
}

Result<std::size_t> ProxyHeaderReader::feed(ByteView bytes) {
    std::size_t used = 0;
    if (seen_.empty() && !bytes.empty()) {
        done_ = bytes.front() != kSignature.front() &&
                bytes.front() != static_cast<std::uint8_t>(kLineStart.front());
    }
    while (!done_ && used < bytes.size()) {
        auto const text = !seen_.empty() ? seen_.front() != kSignature.front()
                                         : bytes.front() != kSignature.front();
        auto const left = bytes.subspan(used);
        auto take = std::min(left.size(), wanted() - seen_.size());
        if (text) {
            auto const end = std::ranges::find(left, std::uint8_t{'\n'});
            take = static_cast<std::size_t>(end - left.begin()) + (end != left.end() ? 1 : 0);
            if (seen_.size() + take > kMaxLine) {
                return fail(ErrorKind::too_large, "proxy header", "the line is too long");
            }
        }
        seen_.insert(seen_.end(), left.begin(), left.begin() + static_cast<std::ptrdiff_t>(take));
        used += take;
        auto const read = text ? read_line() : read_binary();
        if (!read) return std::unexpected(read.error());
    }
    return used;
}

Result<void> ProxyHeaderReader::read_line() {
    std::string_view line = as_text(ByteView(seen_));
    auto const start = line.substr(0, kLineStart.size());
    if (start != kLineStart.substr(0, start.size())) return bad("neither PROXY nor RTMP");
    if (!line.ends_with('\n')) return {};
    if (!line.ends_with("\r\n")) return bad("a line that does not end with CR LF");
    line.remove_suffix(2);
    auto const words = split(line);
    done_ = true;
    // What stands behind UNKNOWN is nobody's business (2.1).
    if (words.size() >= 2 && words[1] == "UNKNOWN") return {};
    auto const v6 = words.size() >= 2 && words[1] == "TCP6";
    if (words.size() != 6 || (!v6 && words[1] != "TCP4")) return bad("not six words of PROXY TCP");
    source_ = address_in(words[2], v6);
    if (!source_ || !address_in(words[3], v6)) return bad("no address");
    if (!is_port(words[4]) || !is_port(words[5])) return bad("no port");
    return {};
}

Result<void> ProxyHeaderReader::read_binary() {
    auto const known = std::min(seen_.size(), kSignature.size());
    if (!std::equal(kSignature.begin(), kSignature.begin() + known, seen_.begin())) {
        return bad("neither PROXY nor RTMP");
    }
    if (seen_.size() < kFixedSize) return {};
    if (wanted() > kMaxSize) {
        return fail(ErrorKind::too_large, "proxy header", "more than a proxy has to say");
    }
    auto const command = static_cast<Command>(seen_[12]);
    if (command != Command::local && command != Command::proxy) {
        return bad("another version or command than those of version 2");
    }
    if (seen_.size() < wanted()) return {};
    done_ = true;
    if (command == Command::local) return {};
    auto const family = static_cast<Family>(seen_[13]);
    ByteReader reader(ByteView(seen_).subspan(kFixedSize));
    IpAddress address;
    auto const length = seen_.size() - kFixedSize;
    if (family == Family::tcp_over_v4) {
        if (length < kV4Addresses) return bad("less than two addresses");
        address.bytes[10] = address.bytes[11] = 0xFF;
        std::ranges::copy(reader.bytes(4), address.bytes.begin() + 12);
        source_ = address;
    } else if (family == Family::tcp_over_v6) {
        if (length < kV6Addresses) return bad("less than two addresses");
        std::ranges::copy(reader.bytes(16), address.bytes.begin());
        source_ = address;
    }
    // Any other family is one of which nothing can be said (2.2: to be ignored).
    return {};
}

Task<Result<std::optional<IpAddress>>> read_proxy_header(TcpSocket& socket) {
    ProxyHeaderReader reader;
    std::array<std::uint8_t, 512> buffer{};
    auto const ended = fail(ErrorKind::io, "proxy header", "the connection ended before it");
    while (!reader.done()) {
        boost::system::error_code error;
        co_await socket.async_wait(asio::socket_base::wait_read,
                                   asio::redirect_error(awaiting, error));
        if (error) co_return ended;
        // What is behind the header stays in the kernel, for whoever reads RTMP or TLS.
        auto const got =
            ::recv(socket.native_handle(), buffer.data(), buffer.size(), MSG_PEEK | MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) continue;
        if (got <= 0) co_return ended;
        auto const used = reader.feed(ByteView(buffer).first(static_cast<std::size_t>(got)));
        if (!used) co_return std::unexpected(used.error());
        if (*used > 0) (void)::recv(socket.native_handle(), buffer.data(), *used, MSG_DONTWAIT);
    }
    co_return reader.source();
}

}  // namespace directfanz::io
