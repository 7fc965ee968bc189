#pragma once

#include "base/bytes.hpp"
#include "media/ingest/publication.hpp"
#include "media/ingest/rtmp/settings.hpp"
#include "system/io/event_loop.hpp"
#include "system/io/scope.hpp"
#include "system/io/seldom.hpp"
#include "system/io/socket.hpp"

#include <atomic>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace directfanz::rtmp {

class Connection;
class Shard;

/// What all loops share. Outlives every connection.
struct Shared {
    Shared(ingest::PublishTarget& t, Settings const& s) : target(t), settings(s) {}

    ingest::PublishTarget& target;
    Settings const settings;
    std::vector<std::shared_ptr<Shard>> shards;
    std::atomic<std::size_t> connections{0};
    io::Seldom limit_warning{io::kLimitWarningInterval};
};

/// One loop's part of the listener: its acceptor and its connections. All calls on its loop.
class Shard : public std::enable_shared_from_this<Shard> {
  public:
    /// One buffer receives for all connections of the loop: what it holds is taken out of it before
    /// anything else runs.
    static constexpr std::size_t kReceiveBuffer = 128 * 1024;

    Shard(io::EventLoop& loop, std::shared_ptr<Shared> shared);
    ~Shard();

    /// Accepts from now on, and watches over deadlines.
    void serve(io::TcpAcceptor acceptor);

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
    static io::Task<> accept(std::shared_ptr<Shard> self);
    static io::Task<> watch(std::shared_ptr<Shard> self);
    void accepted(io::TcpSocket socket);

    io::EventLoop& loop_;
    std::shared_ptr<Shared> shared_;
    io::Scope scope_;
    std::optional<io::TcpAcceptor> acceptor_;
    std::set<std::shared_ptr<Connection>> connections_;
    Bytes receive_buffer_;
    bool draining_ = false;
};

}  // namespace directfanz::rtmp
