#include "media/ingest/rtmp/shard.hpp"

#include "base/log.hpp"
#include "media/ingest/rtmp/connection.hpp"
#include "system/io/connection_number.hpp"
#include "system/io/timer.hpp"

#include <utility>

namespace directfanz::rtmp {
namespace {

/// How exactly deadlines are kept.
constexpr milliseconds kWatchInterval{200};
constexpr milliseconds kDrainCheck{10};

}  // namespace

Shard::Shard(io::EventLoop& loop, std::shared_ptr<Shared> shared)
    : loop_(loop), shared_(std::move(shared)), scope_(loop), receive_buffer_(kReceiveBuffer) {}

Shard::~Shard() = default;

void Shard::serve(io::TcpAcceptor acceptor) {
    acceptor_.emplace(std::move(acceptor));
    scope_.spawn(accept(shared_from_this()));
    scope_.spawn(watch(shared_from_this()));
}

io::Task<> Shard::accept(std::shared_ptr<Shard> self) {
    auto& shard = *self;
    std::move_only_function<void(io::TcpSocket)> on_accepted = [&shard](io::TcpSocket socket) {
        shard.accepted(std::move(socket));
    };
    co_await io::accept_loop(*shard.acceptor_, std::move(on_accepted));
}

io::Task<> Shard::watch(std::shared_ptr<Shard> self) {
    for (;;) {
        co_await io::sleep_for(self->loop_, kWatchInterval);
        auto const now = steady_now();
        for (auto const& connection : self->connections_) connection->check_deadlines(now);
    }
}

void Shard::accepted(io::TcpSocket socket) {
    if (draining_) return;
    if (shared_->connections.load() >= settings().connections) {
        if (shared_->limit_warning.due(steady_now())) {
            log::warning("rtmp_connections_turned_away", {{"limit", settings().connections}});
        }
        return;
    }
    auto const id = io::next_connection_number();
    auto connection = std::make_shared<Connection>(shared_from_this(), std::move(socket), id);
    add(connection);
    scope_.spawn(Connection::run(std::move(connection)));
}

void Shard::add(std::shared_ptr<Connection> connection) {
    connections_.insert(std::move(connection));
    shared_->connections.fetch_add(1);
}

void Shard::remove(std::shared_ptr<Connection> const& connection) {
    if (connections_.erase(connection) > 0) shared_->connections.fetch_sub(1);
}

io::Task<> Shard::drain(SteadyTime deadline) {
    auto const self = shared_from_this();
    draining_ = true;
    boost::system::error_code ignored;
    if (acceptor_) acceptor_->close(ignored);
    Error const farewell{ErrorKind::unavailable, "rtmp",
                         "The server is restarting. Connect again in a moment."};
    for (auto const& connection : connections_) connection->stop(farewell);
    while (!connections_.empty() && steady_now() < deadline) {
        co_await io::sleep_for(loop_, kDrainCheck);
    }
    for (auto const& connection : connections_) connection->close();
    scope_.cancel();
    co_await scope_.drained();
}

}  // namespace directfanz::rtmp
