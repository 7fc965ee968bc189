#include "media/ingest/rtmp/shard.hpp"

#include "base/log.hpp"
#include "media/ingest/rtmp/connection.hpp"
#include "system/io/connection_number.hpp"
#include "system/io/proxy_header.hpp"
#include "system/io/tcp_stream.hpp"
#include "system/io/timer.hpp"
#include "system/io/tls_stream.hpp"

#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/socket_base.hpp>

namespace directfanz::rtmp {
namespace {

/// How exactly deadlines are kept.
constexpr milliseconds kWatchInterval{200};

}  // namespace

Shard::Shard(io::EventLoop& loop, std::shared_ptr<Shared> shared)
    : loop_(loop), shared_(std::move(shared)), scope_(loop), receive_buffer_(kReceiveBuffer) {}

Shard::~Shard() = default;

void Shard::serve(io::TcpAcceptor acceptor, std::shared_ptr<io::TlsIdentity> identity) {
    if (doors_.empty()) scope_.spawn(watch(shared_from_this()));
    auto& door = doors_.emplace_back(std::move(acceptor), std::move(identity));
    scope_.spawn(accept(shared_from_this(), door));
}

io::Task<> Shard::accept(std::shared_ptr<Shard> self, Door& door) {
    auto& shard = *self;
    auto const* identity = door.identity.get();
    std::move_only_function<void(io::TcpSocket)> on_accepted =
        [&shard, identity](io::TcpSocket socket) { shard.accepted(std::move(socket), identity); };
    co_await io::accept_loop(door.acceptor, std::move(on_accepted));
}

io::Task<> Shard::watch(std::shared_ptr<Shard> self) {
    for (;;) {
        co_await io::sleep_for(self->loop_, kWatchInterval);
        auto const now = steady_now();
        for (auto const& connection : self->connections_) connection->check_deadlines(now);
        for (auto& arrival : self->arriving_) {
            if (now >= arrival.deadline) give_up(arrival);
        }
    }
}

void Shard::give_up(Arrival& arrival) {
    boost::system::error_code ignored;
    arrival.socket.close(ignored);
}

void Shard::accepted(io::TcpSocket socket, io::TlsIdentity const* identity) {
    if (draining_) return;
    if (shared_->connections.load() >= settings().connections) {
        if (shared_->limit_warning.due(steady_now())) {
            log::warning("rtmp_connections_turned_away", {{"limit", settings().connections}});
        }
        return;
    }
    Origin origin{.address = io::address_of(socket)};
    origin.counted = io::parse_ip(origin.address);
    if (origin.counted && settings().trusted_proxies.contains(*origin.counted)) {
        shared_->connections.fetch_add(1);
        auto const arrival = arriving_.emplace(arriving_.end(), std::move(socket),
                                               steady_now() + settings().publish_time);
        scope_.spawn(admit(shared_from_this(), arrival, identity));
        return;
    }
    begin(std::move(socket), identity, std::move(origin));
}

io::Task<> Shard::admit(std::shared_ptr<Shard> self, std::list<Arrival>::iterator arrival,
                        io::TlsIdentity const* identity) {
    Origin origin{.address = io::address_of(arrival->socket)};
    auto const client = co_await io::read_proxy_header(arrival->socket);
    auto socket = std::move(arrival->socket);
    self->arriving_.erase(arrival);
    self->shared_->connections.fetch_sub(1);
    if (!client) {
        // Proxies look whether the port is open by opening it.
        if (client.error().kind != ErrorKind::io) {
            log::warning("proxy_header_refused", {{"reason", client.error().message}},
                         {{"proxy", origin.address}});
        }
        co_return;
    }
    if (self->draining_) co_return;
    if (*client) {
        origin.counted = **client;
        origin.proxy = std::exchange(origin.address, io::to_string(**client));
    } else {
        origin.counted.reset();
    }
    self->begin(std::move(socket), identity, std::move(origin));
}

void Shard::begin(io::TcpSocket socket, io::TlsIdentity const* identity, Origin origin) {
    if (origin.counted) {
        origin.place = shared_->waiting.enter(*origin.counted);
        if (!origin.place) {
            if (shared_->address_warning.due(steady_now())) {
                log::warning(
                    "rtmp_address_turned_away",
                    {{"address", origin.address}, {"limit", settings().waiting_per_address}});
            }
            return;
        }
    }
    auto const id = io::next_connection_number();
    boost::system::error_code ignored;
    socket.set_option(io::asio::socket_base::keep_alive(true), ignored);
    std::unique_ptr<io::ByteStream> stream;
    if (identity != nullptr) {
        // RTMP has no name in ALPN.
        stream = std::make_unique<io::TlsStream>(std::move(socket), identity->current(), "");
    } else {
        stream = std::make_unique<io::TcpStream>(std::move(socket));
    }
    auto connection =
        std::make_shared<Connection>(shared_from_this(), std::move(stream), std::move(origin), id);
    add(connection);
    scope_.spawn(Connection::run(std::move(connection)));
}

void Shard::add(std::shared_ptr<Connection> connection) {
    connections_.insert(std::move(connection));
    shared_->connections.fetch_add(1);
}

void Shard::remove(std::shared_ptr<Connection> const& connection) {
    if (connections_.erase(connection) > 0) shared_->connections.fetch_sub(1);
    if (connections_.empty() && emptied_) emptied_->cancel();
}

io::Task<> Shard::drain(SteadyTime deadline) {
    auto const self = shared_from_this();
    draining_ = true;
    boost::system::error_code ignored;
    for (auto& door : doors_) door.acceptor.close(ignored);
    Error const farewell{ErrorKind::unavailable, "rtmp",
                         "The server is restarting. Connect again in a moment."};
    for (auto& arrival : arriving_) give_up(arrival);
    for (auto const& connection : connections_) connection->stop(farewell);
    if (!connections_.empty()) {
        emptied_.emplace(loop_.executor(), deadline);
        boost::system::error_code ignored_end;
        co_await emptied_->async_wait(io::asio::redirect_error(io::awaiting, ignored_end));
        emptied_.reset();
    }
    for (auto const& connection : connections_) connection->close();
    scope_.cancel();
    co_await scope_.drained();
}

}  // namespace directfanz::rtmp
