#pragma once

#include "media/live/broadcast_listener.hpp"
#include "platform/streams/situation.hpp"
#include "platform/streams/state.hpp"
#include "system/io/event_loop.hpp"
#include "system/io/scope.hpp"
#include "system/io/wait_queue.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace directfanz::streams {

/// What every stream is doing, told by the lifecycle and asked by the pages; one copy a loop. An
/// edit of the owner's is a change too.
class StateBoard final : public live::BroadcastListener,
                         public SituationListener,
                         public StreamStateSource {
  public:
    explicit StateBoard(io::LoopPool& loops);
    ~StateBoard() override;

    /// Starts the sweeps that let waiting requests run out of time. From any thread.
    void start();

    /// Wakes everybody who waits; nobody waits from then on. From any thread.
    void close();

    io::Task<StreamState> wait(StreamId stream, std::uint64_t after_version,
                               milliseconds timeout) override;

    void on_situation(SharedPage const& page, Situation const& before,
                      Situation const& now) override;
    void on_counted(SharedPage const& page, Situation const& now) override {
        on_situation(page, now, now);
    }
    void on_removed(SharedPage const& page) override;

    void on_state(StreamId const&, live::BroadcastState) override {}
    void on_window(StreamId const& stream, std::shared_ptr<packager::Window const> window) override;

  private:
    /// One stream on one loop. Without a broadcast it is kept only while somebody waits.
    struct Entry {
        explicit Entry(io::EventLoop& loop) : waiting(loop) {}
        StreamState state;
        io::WaitQueue waiting;
    };

    struct Home {
        explicit Home(io::EventLoop& l) : loop(l), scope(l) {}
        io::EventLoop& loop;
        io::Scope scope;
        std::unordered_map<StreamId, std::shared_ptr<Entry>> entries;
        bool closed = false;
    };

    static io::Task<> sweep(Home& home);
    void change(StreamId const& stream, StreamState state);

    std::vector<std::unique_ptr<Home>> homes_;

    /// What was told last, to number the changes: the same number on every loop.
    std::mutex mutex_;
    std::unordered_map<StreamId, StreamState> told_;
};

}  // namespace directfanz::streams
