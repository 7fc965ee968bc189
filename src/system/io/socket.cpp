#include "system/io/socket.hpp"

#include "base/log.hpp"
#include "system/io/timer.hpp"

#include <charconv>
#include <expected>
#include <utility>

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace directfanz::io {
namespace {

using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr int kAcceptBacklog = 4096;

using KeepAliveIdle = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPIDLE>;
using KeepAliveInterval = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_KEEPINTVL>;
using UserTimeout = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;

/// Set on the listener: on Linux each accepted socket begins with its listener's options.
void forget_vanished_peers(TcpAcceptor& acceptor) {
    acceptor.set_option(asio::socket_base::keep_alive(true));
    acceptor.set_option(KeepAliveIdle(static_cast<int>(kAskAfter.count())));
    acceptor.set_option(KeepAliveInterval(static_cast<int>(kAskEvery.count())));
    // With it set the kernel counts time, not probes (tcp(7), TCP_KEEPCNT).
    acceptor.set_option(UserTimeout(static_cast<int>(milliseconds(kVanishedAfter).count())));
}

enum class Sharing { exclusive, with_our_own };

std::expected<TcpAcceptor, boost::system::error_code> open_listener(EventLoop& loop,
                                                                    Tcp::endpoint endpoint,
                                                                    Sharing sharing) {
    TcpAcceptor acceptor(loop.executor());
    try {
        boost::system::error_code error;
        acceptor.open(endpoint.protocol(), error);
        if (error == asio::error::address_family_not_supported && endpoint.address().is_v6() &&
            endpoint.address().is_unspecified()) {
            // "Every address" on a machine without IPv6.
            endpoint = Tcp::endpoint(Tcp::v4(), endpoint.port());
            acceptor.open(endpoint.protocol(), error);
        }
        if (error) return std::unexpected(error);
        acceptor.set_option(asio::socket_base::reuse_address(true));
        if (sharing == Sharing::with_our_own) acceptor.set_option(ReusePort(true));
        if (endpoint.address().is_v6() && endpoint.address().is_unspecified()) {
            acceptor.set_option(asio::ip::v6_only(false));
        }
        forget_vanished_peers(acceptor);
        acceptor.bind(endpoint);
        acceptor.listen(kAcceptBacklog);
    } catch (boost::system::system_error const& e) {
        return std::unexpected(e.code());
    }
    return acceptor;
}

std::unexpected<Error> cannot_listen(Tcp::endpoint const& endpoint,
                                     boost::system::error_code const& code) {
    auto const in_use = code == asio::error::address_in_use;
    return fail(
        ErrorKind::io, "listen",
        fmt::format("cannot listen on {}: {}{}", to_string(endpoint), code.message(),
                    in_use ? "; stop the program that uses the port, or choose another" : ""));
}

}  // namespace

Result<Tcp::endpoint> parse_endpoint(std::string_view text) {
    auto const colon = text.rfind(':');
    auto const bad = [text] {
        return fail(ErrorKind::invalid, "address",
                    fmt::format("'{}' is not ADDRESS:PORT, such as 127.0.0.1:8080", text));
    };
    if (colon == std::string_view::npos) return bad();
    auto host = text.substr(0, colon);
    auto const port_text = text.substr(colon + 1);
    unsigned port = 0;
    auto const [end, code] =
        std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
    if (code != std::errc{} || end != port_text.data() + port_text.size() || port > 65535)
        return bad();
    if (host.size() >= 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    if (host.empty()) host = "::";
    if (host == "localhost") host = "127.0.0.1";
    boost::system::error_code error;
    auto const address = asio::ip::make_address(host, error);
    if (error) return bad();
    return Tcp::endpoint(address, static_cast<std::uint16_t>(port));
}

std::string to_string(Tcp::endpoint const& endpoint) {
    auto const address = endpoint.address().to_string();
    return endpoint.address().is_v6() ? fmt::format("[{}]:{}", address, endpoint.port())
                                      : fmt::format("{}:{}", address, endpoint.port());
}

std::string address_of(TcpSocket const& socket) {
    boost::system::error_code error;
    auto address = socket.remote_endpoint(error).address();
    if (error) return "unknown";
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    }
    return address.to_string();
}

Result<TcpAcceptor> listen(EventLoop& loop, Tcp::endpoint const& endpoint) {
    auto acceptor = open_listener(loop, endpoint, Sharing::exclusive);
    if (!acceptor) return cannot_listen(endpoint, acceptor.error());
    return std::move(*acceptor);
}

Result<std::vector<TcpAcceptor>> listen_all(LoopPool& loops, Tcp::endpoint const& endpoint) {
    std::vector<TcpAcceptor> acceptors;
    acceptors.reserve(loops.size());
    auto where = endpoint;
    for (auto& loop : loops) {
        auto const sharing = acceptors.empty() ? Sharing::exclusive : Sharing::with_our_own;
        auto acceptor = open_listener(*loop, where, sharing);
        if (!acceptor) return cannot_listen(endpoint, acceptor.error());
        try {
            // Only now, when the port is ours: the sockets of the other loops join this one.
            acceptor->set_option(ReusePort(true));
            where = acceptor->local_endpoint();
        } catch (boost::system::system_error const& e) {
            return cannot_listen(endpoint, e.code());
        }
        acceptors.push_back(std::move(*acceptor));
    }
    return acceptors;
}

Task<> accept_loop(TcpAcceptor& acceptor, std::move_only_function<void(TcpSocket)> accepted) {
    for (;;) {
        boost::system::error_code error;
        auto socket = co_await acceptor.async_accept(asio::redirect_error(awaiting, error));
        if (!error) {
            accepted(std::move(socket));
            continue;
        }
        if (error == asio::error::operation_aborted || !acceptor.is_open()) co_return;
        // A peer that left before it was accepted concerns nobody.
        if (error == asio::error::connection_aborted) continue;
        log::error("accept_failed", {{"error", error.message()}});
        co_await sleep_for(*EventLoop::current(), seconds(1));
    }
}

}  // namespace directfanz::io
