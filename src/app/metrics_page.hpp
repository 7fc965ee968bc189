#pragma once

#include "app/metrics_of_broadcasts.hpp"
#include "system/http/router.hpp"
#include "system/http/server.hpp"
#include "system/io/event_loop.hpp"
#include "system/io/socket.hpp"

#include <memory>
#include <vector>

namespace directfanz::app {

using Servers = std::vector<std::unique_ptr<http::Server>>;

/// What Prometheus reads, at an address of its own, since it is nobody's business but the
/// operator's: the process, the broadcasts, and the servers of pages and viewers.
class MetricsPage {
  public:
    /// `viewers` are the servers that are counted, each on its loop. All outlive this.
    MetricsPage(io::LoopPool& loops, MetricsOfBroadcasts const& broadcasts, Servers const& viewers);

    /// One server a loop, before the loops run.
    void serve(std::vector<io::TcpAcceptor> acceptors);

    /// Those that serve() made, the first on the first loop.
    Servers const& servers() const { return servers_; }

  private:
    io::Task<http::Response> answer();

    io::LoopPool& loops_;
    MetricsOfBroadcasts const& broadcasts_;
    Servers const& viewers_;
    http::Router router_;
    Servers servers_;
};

}  // namespace directfanz::app
