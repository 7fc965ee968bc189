#pragma once

#include "base/result.hpp"
#include "system/io/event_loop.hpp"
#include "system/io/scope.hpp"

#include <functional>
#include <string>
#include <string_view>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace directfanz::io {

using Tcp = asio::ip::tcp;
using TcpSocket = asio::basic_stream_socket<Tcp, Executor>;
using TcpAcceptor = asio::basic_socket_acceptor<Tcp, Executor>;

/// "127.0.0.1:8080", "[::1]:8080" or ":8080" (every address). Port 0 lets the system choose.
Result<Tcp::endpoint> parse_endpoint(std::string_view text);

/// "127.0.0.1:8080", "[::1]:8080".
std::string to_string(Tcp::endpoint const& endpoint);

/// The peer's address without its port, IPv4-mapped IPv6 as IPv4: what limits by address count on.
std::string address_of(TcpSocket const& socket);

/// A listening socket with SO_REUSEPORT, so that every loop can have its own on the same port; the
/// kernel spreads the connections over them.
Result<TcpAcceptor> listen(EventLoop& loop, Tcp::endpoint const& endpoint);

/// Accepts until cancelled. With no descriptor or memory left it logs once a second and tries
/// again: the connections that there are go on.
Task<> accept_loop(TcpAcceptor& acceptor, std::move_only_function<void(TcpSocket)> accepted);

}  // namespace directfanz::io
