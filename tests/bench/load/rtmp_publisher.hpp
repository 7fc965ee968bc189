#pragma once

#include "load/connect.hpp"
#include "load/flv_script.hpp"
#include "load/poller.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace directfanz::load {

/// Sends a script in real time, again and again. What the server says after it has let the
/// publisher in is read and forgotten.
class RtmpPublisher final : private Poller::Watcher {
  public:
    /// Blocks until the server has said that it may publish. Throws std::runtime_error when the
    /// server does not within some seconds.
    /// @param path of the address: APP/KEY.
    RtmpPublisher(Poller& poller, Address const& address, std::string const& path,
                  FlvScript const& script);
    ~RtmpPublisher();
    RtmpPublisher(RtmpPublisher const&) = delete;
    RtmpPublisher& operator=(RtmpPublisher const&) = delete;

    /// The first frame leaves at `time`.
    void start(SteadyTime time);

    /// When each picture was handed to the kernel, by its number; only where the script has
    /// stamps.
    std::vector<SteadyTime> const& pictures_sent() const { return pictures_sent_; }

    std::uint64_t bytes_sent() const { return bytes_sent_; }
    /// By how much a frame left after its time, at the most.
    std::chrono::nanoseconds latest() const { return latest_; }
    /// The server has closed the connection, or it broke.
    bool lost() const { return lost_; }

  private:
    void on_events(std::uint32_t events) override;
    void shake_hands();
    void publish(Address const& address, std::string const& path);
    void hear(std::string_view wanted, std::size_t bytes);
    void send_due();
    SteadyTime next_time() const;
    void send_frame(Message const& message);
    void write();

    Poller& poller_;
    FlvScript const& script_;
    int descriptor_;
    std::string heard_;
    SteadyTime round_began_;
    milliseconds round_{};
    std::size_t next_ = 0;
    Bytes backlog_;
    std::vector<SteadyTime> pictures_sent_;
    std::uint64_t bytes_sent_ = 0;
    std::chrono::nanoseconds latest_{};
    /// For room in the socket.
    bool waiting_ = false;
    bool lost_ = false;
};

}  // namespace directfanz::load
