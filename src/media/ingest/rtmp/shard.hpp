#pragma once

#include "base/bytes.hpp"
#include "media/ingest/publication.hpp"
#include "media/ingest/rtmp/settings.hpp"
#include "system/io/address_counter.hpp"
#include "system/io/event_loop.hpp"
#include "system/io/scope.hpp"
#include "system/io/seldom.hpp"
#include "system/io/socket.hpp"
#include "system/io/timer.hpp"
#include "system/io/tls_context.hpp"

#include <atomic>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace directfanz::rtmp {

class Connection;
class Shard;
struct Origin;

/// What all loops share. Outlives every connection.
struct Shared {
    Shared(ingest::PublishTarget& t, Settings const& s) : target(t), settings(s) {}

    ingest::PublishTarget& target;
    Settings const settings;
    std::vector<std::shared_ptr<Shard>> shards;
    std::atomic<std::size_t> connections{0};
    io::Seldom limit_warning{io::kLimitWarningInterval};
    /// Those that do not publish, by their addresses.
    io::AddressCounter waiting{settings.waiting_per_address};
    io::Seldom address_warning{io::kLimitWarningInterval};
};

/// One loop's part of the listener: its acceptor and its connections. All calls on its loop.
class Shard : public std::enable_shared_from_this<Shard> {
  public:
    /// One buffer receives for all connections of the loop: what it holds is taken out of it before
    /// anything else runs.
    static constexpr std::size_t kReceiveBuffer = 128 * 1024;

    Shard(io::EventLoop& loop, std::shared_ptr<Shared> shared);
    ~Shard();

    /// Accepts from now on; inside TLS if there is an identity.
    void serve(io::TcpAcceptor acceptor, std::shared_ptr<io::TlsIdentity> identity);

    /// No new connections; publishers are told and go. Returns when all are gone, at `deadline` by
    /// force.
    io::Task<> drain(SteadyTime deadline);

    /// A connection that comes from another loop, or from the acceptor.
    void add(std::shared_ptr<Connection> connection);
    void remove(std::shared_ptr<Connection> const& connection);

    io::EventLoop& loop() { return loop_; }
    io::Scope& scope() { return scope_; }
    Shared& shared() { return *shared_; }
    Settings const& settings() const { return shared_->settings; }
    bool draining() const { return draining_; }
    Bytes& receive_buffer() { return receive_buffer_; }

  private:
    struct Door {
        io::TcpAcceptor acceptor;
        /// Null: plain RTMP.
        std::shared_ptr<io::TlsIdentity> identity;
    };

    static io::Task<> accept(std::shared_ptr<Shard> self, Door& door);
    /// Over deadlines.
    static io::Task<> watch(std::shared_ptr<Shard> self);
    void accepted(io::TcpSocket socket, io::TlsIdentity const* identity);

    /// From a trusted proxy: a connection whose PROXY header is still to come.
    struct Arrival {
        io::TcpSocket socket;
        SteadyTime deadline;
    };
    static void give_up(Arrival& arrival);
    static io::Task<> admit(std::shared_ptr<Shard> self, std::list<Arrival>::iterator arrival,
                            io::TlsIdentity const* identity);
    void begin(io::TcpSocket socket, io::TlsIdentity const* identity, Origin origin);

    io::EventLoop& loop_;
    std::shared_ptr<Shared> shared_;
    io::Scope scope_;
    std::list<Door> doors_;
    std::list<Arrival> arriving_;
    std::set<std::shared_ptr<Connection>> connections_;
    Bytes receive_buffer_;
    bool draining_ = false;
    /// While drain() waits for the connections; cancelled when none is left.
    std::optional<io::SteadyTimer> emptied_;
};

}  // namespace directfanz::rtmp
