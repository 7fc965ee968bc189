#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "system/http/client_address.hpp"
#include "system/http/router.hpp"
#include "system/io/event_loop.hpp"
#include "system/io/socket.hpp"
#include "system/io/tls_context.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace directfanz::http {

/// Times are exact to the server's sweep: a quarter of the shortest, at most a second.
struct ServerLimits {
    std::size_t header_bytes = 16 * 1024;
    std::size_t body_bytes = 1024 * 1024;
    /// From the first byte of a request to the last of its header or body.
    milliseconds request_time{15'000};
    /// Between requests.
    milliseconds idle_time{75'000};
    /// Without the peer taking a byte of an answer.
    milliseconds write_stall{20'000};
    std::size_t connections = 100'000;
};

/// What one server did since it began; read on its loop.
struct ServerCounters {
    std::uint64_t accepted = 0;
    /// Turned away because of ServerLimits::connections.
    std::uint64_t turned_away = 0;
    std::uint64_t requests = 0;
    /// By the status' first digit: [2] counts 2xx; [0] those that ended without an answer.
    std::array<std::uint64_t, 6> responses{};
    /// Heads and bodies that the kernel took.
    std::uint64_t bytes_sent = 0;
};

/// One loop's HTTP server. All calls on its loop; the router must outlive it and its connections.
class Server {
  public:
    Server(io::EventLoop& loop, Router const& router, ServerLimits limits);
    /// Closes what is open. Await drain() first to be polite.
    ~Server();

    /// Whose headers about their clients are believed; nobody's if not called, before serve().
    void trust(ProxyTrust proxies);

    /// Takes the listening socket over and serves it, inside TLS if there is an identity. Call it
    /// once for each socket.
    void serve(io::TcpAcceptor acceptor, std::shared_ptr<io::TlsIdentity> identity = nullptr);

    /// No new connections; those that wait for a request close, those that answer finish, with
    /// `Connection: close`, until `deadline`. Then the others are closed too.
    io::Task<> drain(SteadyTime deadline);

    ServerCounters const& counters() const;
    /// Open at present.
    std::size_t connections() const;

  private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace directfanz::http
