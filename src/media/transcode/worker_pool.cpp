#include "media/transcode/worker_pool.hpp"

#include "base/log.hpp"
#include "system/io/timer.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace directfanz::transcode {

struct WorkerPool::Home {
    Home(io::EventLoop& l, WorkerLink::Program p) : loop(l), program(std::move(p)) {}

    io::EventLoop& loop;
    WorkerLink::Program program;
    std::unique_ptr<WorkerLink> reserve;
    CrashLimit crashes;
    bool refilling = false;
    bool closed = false;
};

std::size_t transcodes_for(std::size_t cores) {
    return std::max<std::size_t>(1, cores + cores / 4);
}

WorkerPool::WorkerPool(io::LoopPool& loops, WorkerLink::Program program, std::size_t most)
    : most_(most != 0 ? most : transcodes_for(std::thread::hardware_concurrency())),
      encoder_(program.encoder) {
    for (auto& loop : loops) homes_.push_back(std::make_shared<Home>(*loop, program));
}

WorkerPool::~WorkerPool() {
    for (auto const& home : homes_) {
        home->closed = true;
        home->reserve.reset();
    }
}

std::unique_ptr<WorkerPool::Slot> WorkerPool::reserve() {
    return take(taken_, most_);
}

std::unique_ptr<WorkerPool::Slot> WorkerPool::reserve_glimpses() {
    return take(glimpses_taken_, most_ * kGlimpsesEach);
}

std::unique_ptr<WorkerPool::Slot> WorkerPool::take(Count const& taken, std::size_t most) {
    auto before = taken->load();
    while (before < most) {
        if (taken->compare_exchange_weak(before, before + 1))
            return std::unique_ptr<Slot>(new Slot(taken));
    }
    return nullptr;
}

Result<std::unique_ptr<WorkerLink>> WorkerPool::acquire() {
    auto const& home = homes_.at(io::EventLoop::current()->index());
    auto worker = std::exchange(home->reserve, nullptr);
    if (!std::exchange(home->refilling, true)) home->loop.spawn(refill(home));
    if (worker && !worker->lost()) {
        worker->set_handlers({});
        return worker;
    }
    return WorkerLink::start(home->loop, home->program);
}

void WorkerPool::fill(std::shared_ptr<Home> const& home) {
    auto started = WorkerLink::start(home->loop, home->program);
    if (!started) {
        log::warning("transcode_reserve_failed", {{"reason", started.error().message}});
        return;
    }
    home->reserve = std::move(*started);
    auto const weak = std::weak_ptr(home);
    auto const on_lost = [weak](std::string const& why) {
        auto const owner = weak.lock();
        if (!owner || owner->closed) return;
        log::warning("transcode_reserve_lost", {{"reason", why}});
        owner->reserve.reset();
        // One that cannot even wait is not tried for ever; the next broadcast tries again.
        if (owner->crashes.crashed(steady_now())) return;
        if (!std::exchange(owner->refilling, true)) owner->loop.spawn(refill(owner));
    };
    home->reserve->set_handlers({.on_message = {}, .on_lost = on_lost});
}

io::Task<> WorkerPool::refill(std::shared_ptr<Home> home) {
    co_await io::sleep_for(home->loop, kRefillAfter);
    home->refilling = false;
    if (!home->closed && !home->reserve) fill(home);
}

}  // namespace directfanz::transcode
