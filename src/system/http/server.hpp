#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "system/http/router.hpp"
#include "system/io/event_loop.hpp"
#include "system/io/socket.hpp"

#include <cstddef>
#include <memory>

namespace directfanz::http {

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

/// One loop's HTTP server. All calls on its loop.
class Server {
  public:
    Server(io::EventLoop& loop, Router const& router, ServerLimits limits);
    ~Server();

    /// Takes the listening socket over and serves it.
    void serve(io::TcpAcceptor acceptor);

    /// No new connections; those that wait for a request close, those that answer finish, with
    /// `Connection: close`, until `deadline`.
    io::Task<> drain(SteadyTime deadline);

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace directfanz::http
