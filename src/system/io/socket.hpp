#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "system/io/event_loop.hpp"
#include "system/io/scope.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace directfanz::io {

using Tcp = asio::ip::tcp;
using TcpSocket = asio::basic_stream_socket<Tcp, Executor>;
using TcpAcceptor = asio::basic_socket_acceptor<Tcp, Executor>;

/// A peer that vanished without a word (no power, no network) is given up when nothing was heard of
/// it for this long: it outlasts a tunnel, or a phone's change of network.
inline constexpr seconds kVanishedAfter{30};
/// A silent peer's kernel is asked for a sign of life after this time, and then at this interval.
inline constexpr seconds kAskAfter{15};
inline constexpr seconds kAskEvery{5};

/// "127.0.0.1:8080", "localhost:8080" (the same), "[::1]:8080", or "[::]:8080" and ":8080" (every
/// address). Port 0 lets the system choose.
Result<Tcp::endpoint> parse_endpoint(std::string_view text);

/// "127.0.0.1:8080", "[::1]:8080".
std::string to_string(Tcp::endpoint const& endpoint);

/// The peer's address without its port, IPv4-mapped IPv6 as IPv4: what limits by address count on.
std::string address_of(TcpSocket const& socket);

/// A listening socket that has its port for itself. Port 0 lets the system choose;
/// local_endpoint() tells. Connections that it accepts break off when their peer has vanished.
Result<TcpAcceptor> listen(EventLoop& loop, Tcp::endpoint const& endpoint);

/// One listening socket a loop, in the order of the loops, all on the same port (one port also
/// when 0 let the system choose), and vanished peers forgotten as with listen(); the kernel spreads
/// the connections over them (SO_REUSEPORT).
///
/// A port that another socket listens on is refused even if that one would share it: the first
/// socket takes the port for itself, and shares it with ours afterwards.
Result<std::vector<TcpAcceptor>> listen_all(LoopPool& loops, Tcp::endpoint const& endpoint);

/// Accepts until cancelled. With no descriptor or memory left it logs once a second and tries
/// again: the connections that there are go on.
Task<> accept_loop(TcpAcceptor& acceptor, std::move_only_function<void(TcpSocket)> accepted);

}  // namespace directfanz::io
