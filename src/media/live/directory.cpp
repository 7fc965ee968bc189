#include "media/live/directory.hpp"

#include "system/io/call_on.hpp"
#include "system/io/timer.hpp"

#include <utility>

namespace directfanz::live {
namespace {

constexpr milliseconds kSweepInterval{500};

/// How long a rotated key or a deleted stream may still be on air.
constexpr seconds kRecheckInterval{3};

}  // namespace

struct Directory::Home {
    explicit Home(io::EventLoop& l) : loop(l), scope(l) {}

    io::EventLoop& loop;
    io::Scope scope;
};

Directory::Directory(io::LoopPool& loops, PublishGate& gate, LiveSettings settings,
                     std::vector<BroadcastListener*> listeners, transcode::WorkerPool* workers)
    : gate_(gate),
      settings_(std::move(settings)),
      listeners_(std::move(listeners)),
      workers_(workers) {
    for (auto& loop : loops) homes_.push_back(std::make_unique<Home>(*loop));
}

Directory::~Directory() {
    for (auto const& [stream, broadcast] : broadcasts_) broadcast->forget_listeners();
}

void Directory::start() {
    for (auto& home : homes_) {
        home->loop.post([this, &home] {
            home->scope.spawn(sweep(*this, *home));
            home->scope.spawn(recheck(*this, *home));
        });
    }
}

io::Task<Result<std::shared_ptr<ingest::Publication>>> Directory::open(
    ingest::PublishRequest request) {
    auto const grant = co_await gate_.authorize(request);
    if (!grant) co_return std::unexpected(grant.error());

    auto broadcast = find_or_begin(*grant);
    auto attach = [&] { return broadcast->attach(request, *grant); };
    auto publication = co_await io::call_on(broadcast->loop(), attach);
    // It ended on the way.
    if (!publication && broadcast->over()) {
        broadcast = find_or_begin(*grant);
        publication = co_await io::call_on(broadcast->loop(), attach);
    }
    co_return publication;
}

std::shared_ptr<Broadcast> Directory::find(StreamId const& stream) const {
    std::lock_guard const lock(mutex_);
    auto const found = broadcasts_.find(stream);
    return found == broadcasts_.end() ? nullptr : found->second;
}

std::shared_ptr<Broadcast> Directory::find_or_begin(PublishGrant const& grant) {
    std::lock_guard const lock(mutex_);
    auto& broadcast = broadcasts_[grant.stream];
    if (!broadcast || broadcast->over()) {
        // Viewers of the one that has ended keep its window until something new comes.
        auto const forget_at = broadcast ? broadcast->forget_at() : SteadyTime();
        broadcast = std::make_shared<Broadcast>(*io::EventLoop::current(), grant, settings_,
                                                listeners_, forget_at, workers_);
    }
    return broadcast;
}

void Directory::end(StreamId const& stream, Error reason) {
    auto const broadcast = find(stream);
    if (!broadcast) return;
    broadcast->loop().post([broadcast, reason = std::move(reason)] { broadcast->end(reason); });
}

std::vector<StreamId> Directory::streams() const {
    std::lock_guard const lock(mutex_);
    std::vector<StreamId> ids;
    for (auto const& [id, broadcast] : broadcasts_) ids.push_back(id);
    return ids;
}

std::vector<std::shared_ptr<Broadcast>> Directory::broadcasts_at(Home const& home) const {
    std::lock_guard const lock(mutex_);
    std::vector<std::shared_ptr<Broadcast>> here;
    for (auto const& [id, broadcast] : broadcasts_) {
        if (&broadcast->loop() == &home.loop) here.push_back(broadcast);
    }
    return here;
}

io::Task<> Directory::sweep(Directory& directory, Home& home) {
    for (;;) {
        co_await io::sleep_for(home.loop, kSweepInterval);
        auto const now = steady_now();
        for (auto const& broadcast : directory.broadcasts_at(home)) {
            broadcast->sweep(now);
            if (broadcast->expired(now)) directory.forget(*broadcast);
        }
    }
}

io::Task<> Directory::recheck(Directory& directory, Home& home) {
    for (;;) {
        co_await io::sleep_for(home.loop, kRecheckInterval);
        for (auto const& broadcast : directory.broadcasts_at(home)) {
            auto const grant = broadcast->grant();
            auto const valid = co_await directory.gate_.recheck(grant);
            if (valid) continue;
            if (valid.error().kind == ErrorKind::not_found) {
                broadcast->end(valid.error());
                directory.forget(*broadcast);
            }
            // Meanwhile another publisher may have come with another right.
            auto const same = broadcast->grant().credential == grant.credential;
            if (same && valid.error().kind == ErrorKind::denied) broadcast->dismiss(valid.error());
        }
    }
}

void Directory::forget(Broadcast const& broadcast) {
    std::lock_guard const lock(mutex_);
    auto const found = broadcasts_.find(broadcast.stream());
    if (found == broadcasts_.end() || found->second.get() != &broadcast) return;
    // Said under the lock, so that a broadcast that begins at this moment on another loop is heard
    // of after it.
    for (auto* listener : listeners_)
        listener->on_state(broadcast.stream(), BroadcastState::offline);
    broadcasts_.erase(found);
}

}  // namespace directfanz::live
