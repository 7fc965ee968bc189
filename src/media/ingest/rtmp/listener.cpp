#include "media/ingest/rtmp/listener.hpp"

#include "media/ingest/rtmp/shard.hpp"
#include "system/io/timer.hpp"

#include <utility>

#include <boost/asio/redirect_error.hpp>

namespace directfanz::rtmp {
namespace {

/// The shards that are still draining, and who waits for them, on its loop.
struct Drains {
    Drains(io::EventLoop& loop, std::size_t count)
        : home(loop), left(count), finished(loop.executor(), SteadyTime::max()) {}

    io::EventLoop& home;
    /// On `home` alone, as is the timer.
    std::size_t left;
    io::SteadyTimer finished;
};

io::Task<> drain_shard(std::shared_ptr<Shard> shard, SteadyTime deadline,
                       std::shared_ptr<Drains> drains) {
    co_await shard->drain(deadline);
    auto& home = drains->home;
    home.post([drains = std::move(drains)] {
        if (--drains->left == 0) drains->finished.cancel();
    });
}

}  // namespace

Listener::Listener(io::LoopPool& loops, ingest::PublishTarget& target, Settings const& settings)
    : loops_(loops), shared_(std::make_shared<Shared>(target, settings)) {
    for (auto const& loop : loops) {
        shared_->shards.push_back(std::make_shared<Shard>(*loop, shared_));
    }
}

Listener::~Listener() {
    // The shards hold what holds them.
    shared_->shards.clear();
}

Result<io::Tcp::endpoint> Listener::listen(io::Tcp::endpoint endpoint,
                                           std::shared_ptr<io::TlsIdentity> const& identity) {
    auto acceptors = io::listen_all(loops_, endpoint);
    if (!acceptors) return std::unexpected(acceptors.error());
    endpoint = acceptors->front().local_endpoint();
    for (std::size_t i = 0; i < acceptors->size(); ++i) {
        auto const& shard = shared_->shards[i];
        shard->loop().post([shard, identity, acceptor = std::move((*acceptors)[i])]() mutable {
            shard->serve(std::move(acceptor), identity);
        });
    }
    return endpoint;
}

io::Task<> Listener::drain(SteadyTime deadline) {
    auto const drains = std::make_shared<Drains>(*io::EventLoop::current(), shared_->shards.size());
    for (auto const& shard : shared_->shards) {
        shard->loop().spawn(drain_shard(shard, deadline, drains));
    }
    while (drains->left > 0) {
        boost::system::error_code ended;
        co_await drains->finished.async_wait(io::asio::redirect_error(io::awaiting, ended));
    }
}

std::size_t Listener::connections() const {
    return shared_->connections.load();
}

}  // namespace directfanz::rtmp
