#include "media/ingest/rtmp/listener.hpp"

#include "media/ingest/rtmp/shard.hpp"
#include "system/io/timer.hpp"

#include <atomic>
#include <utility>

namespace directfanz::rtmp {
namespace {

constexpr milliseconds kDrainCheck{5};

io::Task<> drain_shard(std::shared_ptr<Shard> shard, SteadyTime deadline,
                       std::shared_ptr<std::atomic<std::size_t>> left) {
    co_await shard->drain(deadline);
    left->fetch_sub(1);
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
    auto const left = std::make_shared<std::atomic<std::size_t>>(shared_->shards.size());
    for (auto const& shard : shared_->shards) {
        shard->loop().spawn(drain_shard(shard, deadline, left));
    }
    while (left->load() > 0) {
        co_await io::sleep_for(*io::EventLoop::current(), kDrainCheck);
    }
}

std::size_t Listener::connections() const {
    return shared_->connections.load();
}

}  // namespace directfanz::rtmp
