#include "media/delivery/boards.hpp"

#include "system/io/timer.hpp"

namespace directfanz::delivery {
namespace {

/// How late a blocked request may learn that its time is over.
constexpr milliseconds kSweepInterval{250};

}  // namespace

Boards::Boards(io::LoopPool& loops, AudienceListener* audience) : audience_(audience) {
    for (auto& loop : loops) homes_.push_back(std::make_unique<Home>(*loop));
}

Boards::~Boards() = default;

void Boards::start() {
    for (auto& home : homes_) {
        auto& there = *home;
        there.board.loop().post([this, &there] {
            there.scope.spawn(sweep(there.board));
            if (audience_ != nullptr)
                there.scope.spawn(count(there.board, there.board.loop().index(), *audience_));
        });
    }
}

io::Task<> Boards::count(Board& board, std::size_t loop, AudienceListener& audience) {
    auto const since = steady_now();
    for (;;) {
        co_await io::sleep_for(board.loop(), seconds(1));
        auto const second = std::chrono::floor<seconds>(steady_now() - since).count();
        audience.on_audience(loop, board.count(static_cast<std::uint32_t>(second)));
    }
}

io::Task<> Boards::sweep(Board& board) {
    for (;;) {
        co_await io::sleep_for(board.loop(), kSweepInterval);
        board.expire(steady_now());
    }
}

Board& Boards::here() {
    return homes_[io::EventLoop::current()->index()]->board;
}

void Boards::close() {
    for (auto& home : homes_) {
        auto& board = home->board;
        board.loop().post([&board] { board.close(); });
    }
}

void Boards::on_state(StreamId const& stream, live::BroadcastState state) {
    for (auto& home : homes_) {
        auto& board = home->board;
        board.loop().post([&board, stream, state] { board.set_state(stream, state); });
    }
}

void Boards::on_window(StreamId const& stream, std::shared_ptr<packager::Window const> window) {
    for (auto& home : homes_) {
        auto& board = home->board;
        board.loop().post([&board, stream, window] { board.update(stream, window); });
    }
}

}  // namespace directfanz::delivery
