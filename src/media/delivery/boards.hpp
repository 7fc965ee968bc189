#pragma once

#include "media/delivery/board.hpp"
#include "media/live/broadcast_listener.hpp"
#include "system/io/event_loop.hpp"
#include "system/io/scope.hpp"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace directfanz::delivery {

/// Told who is watching what.
class AudienceListener {
  public:
    virtual ~AudienceListener() = default;

    /// Once a second by each loop, on it: all that is watched there.
    virtual void on_audience(std::size_t loop,
                             std::vector<std::pair<StreamId, ViewerSet>> watched) = 0;
};

/// One Board a loop, all told the same: viewers of one broadcast live on every loop.
class Boards final : public live::BroadcastListener {
  public:
    /// `audience`, if any, outlives this.
    explicit Boards(io::LoopPool& loops, AudienceListener* audience = nullptr);
    ~Boards() override;

    /// Starts the sweeps that let waiting requests run out of time. From any thread.
    void start();

    /// The calling loop's.
    Board& here();

    /// Wakes everybody who waits, on every loop; nobody waits from then on. From any thread.
    void close();

    void on_state(StreamId const& stream, live::BroadcastState state) override;
    void on_window(StreamId const& stream, std::shared_ptr<packager::Window const> window) override;

  private:
    struct Home {
        explicit Home(io::EventLoop& loop) : board(loop), scope(loop) {}
        Board board;
        io::Scope scope;
    };

    static io::Task<> sweep(Board& board);
    static io::Task<> count(Board& board, std::size_t loop, AudienceListener& audience);

    AudienceListener* audience_;
    std::vector<std::unique_ptr<Home>> homes_;
};

}  // namespace directfanz::delivery
