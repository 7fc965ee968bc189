#include "platform/streams/state_board.hpp"

#include "base/clock.hpp"
#include "system/io/timer.hpp"

#include <algorithm>
#include <utility>

namespace directfanz::streams {
namespace {

/// How late a waiting page may learn that nothing has changed.
constexpr milliseconds kSweepInterval{500};

/// Above every number given before, also by the program that was killed a moment ago.
std::uint64_t next_version(std::uint64_t previous) {
    auto const since_epoch = std::chrono::floor<milliseconds>(wall_now()).time_since_epoch();
    return std::max(previous + 1, static_cast<std::uint64_t>(since_epoch.count()));
}

std::vector<std::string> names(packager::Window const& window) {
    std::vector<std::string> list;
    for (auto const& rendition : window.renditions) list.push_back(rendition->name);
    return list;
}

}  // namespace

StateBoard::StateBoard(io::LoopPool& loops) {
    for (auto& loop : loops) homes_.push_back(std::make_unique<Home>(*loop));
}

StateBoard::~StateBoard() = default;

void StateBoard::start() {
    for (auto& home : homes_) {
        auto& there = *home;
        there.loop.post([&there] { there.scope.spawn(sweep(there)); });
    }
}

io::Task<> StateBoard::sweep(Home& home) {
    for (;;) {
        co_await io::sleep_for(home.loop, kSweepInterval);
        auto const now = steady_now();
        for (auto& [stream, entry] : home.entries) entry->waiting.expire(now);
        std::erase_if(home.entries, [](auto const& item) {
            auto const& entry = *item.second;
            return entry.state.phase == Phase::idle && entry.waiting.size() == 0;
        });
    }
}

void StateBoard::close() {
    for (auto& home : homes_) {
        auto& there = *home;
        there.loop.post([&there] {
            there.closed = true;
            for (auto& [stream, entry] : there.entries) entry->waiting.notify_all();
        });
    }
}

io::Task<StreamState> StateBoard::wait(StreamId stream, std::uint64_t after_version,
                                       milliseconds timeout) {
    auto& home = *homes_[io::EventLoop::current()->index()];
    auto const found = home.entries.find(stream);
    auto const now = steady_now();
    auto const waits = timeout.count() > 0 && !home.closed;
    if (found == home.entries.end() && (!waits || after_version != 0)) co_return StreamState{};

    auto entry = found != home.entries.end() ? found->second : nullptr;
    if (!entry) entry = home.entries[stream] = std::make_shared<Entry>(home.loop);
    while (waits && !home.closed && entry->state.version == after_version) {
        auto const wake = co_await entry->waiting.wait(now + timeout);
        if (wake == io::WaitQueue::Wake::expired) break;
    }
    co_return entry->state;
}

void StateBoard::on_situation(SharedPage const& page, Situation const&, Situation const& now) {
    auto const& stream = page->stream.id;
    StreamState next;
    {
        std::lock_guard const lock(mutex_);
        auto& told = told_[stream];
        told.phase = now.phase;
        told.live_since = now.live_since();
        told.ended_at = now.broadcast ? now.broadcast->ended_at : std::nullopt;
        told.version = next_version(told.version);
        next = told;
        // A preview whose publisher may come back keeps what is known of it.
        if (now.phase == Phase::idle && !now.broadcast) told_.erase(stream);
    }
    change(stream, std::move(next));
}

void StateBoard::on_removed(SharedPage const& page) {
    StreamState gone;
    {
        std::lock_guard const lock(mutex_);
        gone.version = next_version(0);
        told_.erase(page->stream.id);
    }
    change(page->stream.id, std::move(gone));
}

void StateBoard::on_window(StreamId const& stream, std::shared_ptr<packager::Window const> window) {
    StreamState next;
    {
        std::lock_guard const lock(mutex_);
        auto& told = told_[stream];
        if (told.renditions.size() == window->renditions.size()) return;
        told.version = next_version(told.version);
        told.renditions = names(*window);
        next = told;
    }
    change(stream, std::move(next));
}

void StateBoard::change(StreamId const& stream, StreamState state) {
    for (auto& home : homes_) {
        auto& there = *home;
        there.loop.post([&there, stream, state] {
            auto& entry = there.entries[stream];
            if (!entry) entry = std::make_shared<Entry>(there.loop);
            entry->state = state;
            entry->waiting.notify_all();
        });
    }
}

}  // namespace directfanz::streams
