#pragma once

#include "media/delivery/board.hpp"
#include "media/live/broadcast_listener.hpp"
#include "system/io/event_loop.hpp"
#include "system/io/scope.hpp"

#include <memory>
#include <vector>

namespace directfanz::delivery {

/// One Board a loop, all told the same: viewers of one broadcast live on every loop.
class Boards final : public live::BroadcastListener {
  public:
    explicit Boards(io::LoopPool& loops);
    ~Boards() override;

    /// Starts the sweeps that let waiting requests run out of time. From any thread.
    void start();

    /// The calling loop's.
    Board& here();

    /// Wakes everybody who waits, on every loop; nobody waits from then on. From any thread.
    void close();

    void on_state(StreamId const& stream, live::BroadcastState state) override;
    void on_window(StreamId const& stream, std::shared_ptr<packager::Window const> window) override;
    void on_advice(StreamId const& stream, packager::Advice advice, milliseconds measured) override;

  private:
    struct Home {
        explicit Home(io::EventLoop& loop) : board(loop), scope(loop) {}
        Board board;
        io::Scope scope;
    };

    static io::Task<> sweep(Board& board);

    std::vector<std::unique_ptr<Home>> homes_;
};

}  // namespace directfanz::delivery
