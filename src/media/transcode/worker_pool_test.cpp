#include "media/transcode/worker_pool.hpp"

#include "media/transcode/workers_fixture.hpp"

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::transcode {
namespace {

using testing::Workers;

TEST(WorkerPool, ReservesNoMoreThanTheMachineHas) {
    Workers workers(2);
    auto first = workers.pool.reserve();
    auto const second = workers.pool.reserve();
    EXPECT_TRUE(first);
    EXPECT_TRUE(second);
    EXPECT_FALSE(workers.pool.reserve());
    first.reset();
    EXPECT_TRUE(workers.pool.reserve());
}

TEST(WorkerPool, MayGoBeforeWhatHasAPlace) {
    std::unique_ptr<WorkerPool::Slot> slot;
    {
        Workers workers(1);
        slot = workers.pool.reserve();
        ASSERT_TRUE(slot);
    }
    slot.reset();
}

TEST(WorkerPool, HasPlacesOfTheirOwnForThumbnailsAlone) {
    Workers workers(1);
    auto const transcodes = workers.pool.reserve();
    std::vector<std::unique_ptr<WorkerPool::Slot>> glimpses;
    while (auto slot = workers.pool.reserve_glimpses()) glimpses.push_back(std::move(slot));
    EXPECT_EQ(glimpses.size(), WorkerPool::kGlimpsesEach);
    glimpses.pop_back();
    EXPECT_TRUE(workers.pool.reserve_glimpses());
}

TEST(WorkerPool, GoesByTheCoresWhereNothingIsSaid) {
    EXPECT_EQ(transcodes_for(1), 1U);
    EXPECT_EQ(transcodes_for(2), 2U);
    EXPECT_EQ(transcodes_for(8), 10U);
    EXPECT_GE(Workers(0).pool.most(), 1U);
}

TEST(WorkerPool, StartsAWorkerThatGetsReady) {
    Workers workers;
    std::unique_ptr<WorkerLink> worker;
    workers.on_loop([&] { worker = workers.pool.acquire().value(); });
    EXPECT_TRUE(workers.run_until([&] { return worker->ready(); }));
}

TEST(WorkerPool, HasOneInReserveForTheNext) {
    Workers workers;
    std::unique_ptr<WorkerLink> first;
    workers.on_loop([&] { first = workers.pool.acquire().value(); });
    workers.run_for(WorkerPool::kRefillAfter + milliseconds(500));
    std::unique_ptr<WorkerLink> second;
    auto ready = false;
    // On a busy machine it takes longer.
    for (auto i = 0; i < 20 && !ready; ++i) {
        workers.run_for(milliseconds(200));
        workers.on_loop([&] { second = workers.pool.acquire().value(); });
        ready = second->ready();
        if (!ready) workers.run_for(WorkerPool::kRefillAfter);
    }
    EXPECT_TRUE(ready) << "it was started for us, not in advance";
    EXPECT_NE(first->process(), second->process());
}

TEST(WorkerPool, AReserveThatDiesIsReplaced) {
    Workers workers;
    std::unique_ptr<WorkerLink> worker;
    workers.on_loop([&] { worker = workers.pool.acquire().value(); });
    workers.run_for(2 * WorkerPool::kRefillAfter);
    workers.on_loop([&] { worker = workers.pool.acquire().value(); });
    ::kill(worker->process(), SIGKILL);
    EXPECT_TRUE(workers.run_until([&] { return worker->lost(); }));
    workers.on_loop([&] { worker = workers.pool.acquire().value(); });
    EXPECT_TRUE(workers.run_until([&] { return worker->ready(); }));
}

TEST(WorkerPool, TellsWorkersWhatTheyMayMap) {
    io::LoopPool loops{1};
    auto const link = WorkerLink::start(loops[0], {.path = testing::fake_worker(),
                                                   .encoder = "nvenc",
                                                   .address_space = std::uint64_t{6} << 30});
    ASSERT_TRUE(link);
    std::string line;
    // Its process is ours for a moment.
    auto const give_up = steady_now() + seconds(10);
    while (line.find("--encoder") == std::string::npos && steady_now() < give_up) {
        std::ifstream file(fmt::format("/proc/{}/cmdline", (*link)->process()));
        line.assign(std::istreambuf_iterator<char>(file), {});
        std::ranges::replace(line, '\0', ' ');
    }
    EXPECT_THAT(line, ::testing::HasSubstr("--encoder nvenc"));
    EXPECT_THAT(line, ::testing::HasSubstr("--memory-mib 6144"));
}

TEST(WorkerPool, SaysWhenTheProgramIsNotThere) {
    Workers workers(1, "/nowhere/worker");
    workers.on_loop([&] {
        auto const worker = workers.pool.acquire();
        ASSERT_FALSE(worker);
        EXPECT_EQ(worker.error().kind, ErrorKind::not_found);
    });
}

TEST(WorkerLink, RefusesMoreThanItsQueueHolds) {
    Workers workers;
    std::unique_ptr<WorkerLink> worker;
    workers.on_loop([&] { worker = workers.pool.acquire().value(); });
    worker->send(wire::Setup{.title = "deaf"});
    wire::VideoSample const picture{.sample = {.sync = true, .payload = Blob(Bytes(1 << 20))}};
    auto sent = WorkerLink::Sent::yes;
    for (auto i = 0; i < 200 && sent == WorkerLink::Sent::yes; ++i) sent = worker->send(picture);
    EXPECT_EQ(sent, WorkerLink::Sent::full);
    EXPECT_LE(worker->queued_bytes(), WorkerLink::kMaxQueuedBytes);
    EXPECT_GT(worker->queued_bytes(), WorkerLink::kMaxQueuedBytes / 2);
}

TEST(WorkerLink, TakesWhatHoldsNoMediaBehindAFullQueue) {
    Workers workers;
    std::unique_ptr<WorkerLink> worker;
    workers.on_loop([&] { worker = workers.pool.acquire().value(); });
    worker->send(wire::Setup{.title = "deaf"});
    wire::VideoSample const picture{.sample = {.sync = true, .payload = Blob(Bytes(1 << 20))}};
    while (worker->send(picture) == WorkerLink::Sent::yes) {
    }
    EXPECT_EQ(worker->send(wire::Discontinuity{}), WorkerLink::Sent::yes);
    auto sent = WorkerLink::Sent::yes;
    for (auto i = 0; i < 200'000 && sent == WorkerLink::Sent::yes; ++i)
        sent = worker->send(wire::Shed{});
    EXPECT_EQ(sent, WorkerLink::Sent::full) << "not without end either";
}

TEST(WorkerLink, TakesNothingThatTheWireDoesNotCarry) {
    Workers workers;
    std::unique_ptr<WorkerLink> worker;
    workers.on_loop([&] { worker = workers.pool.acquire().value(); });
    EXPECT_EQ(worker->send(wire::VideoSample{.sample = {.payload = Blob(Bytes(9 << 20))}}),
              WorkerLink::Sent::no);
}

}  // namespace
}  // namespace directfanz::transcode
