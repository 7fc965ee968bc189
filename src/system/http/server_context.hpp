#pragma once

#include "system/http/client_address.hpp"
#include "system/http/router.hpp"
#include "system/http/server.hpp"

#include <cstdint>
#include <string>

namespace directfanz::http {

/// What all connections of one server share.
struct ServerContext {
    Router const& router;
    ServerLimits limits;
    ServerCounters counters;
    /// Whom requests say that they come from is believed of these.
    ProxyTrust proxies = {};
    /// Set once: every answer from then on is its connection's last.
    bool draining = false;
};

/// Who is at the other end of a connection.
struct Peer {
    /// As text, without the port.
    std::string address;
    /// The connection's number in the log.
    std::uint64_t connection = 0;
    /// It speaks TLS.
    bool encrypted = false;
};

}  // namespace directfanz::http
