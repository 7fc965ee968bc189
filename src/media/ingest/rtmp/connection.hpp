#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "media/ingest/publication.hpp"
#include "media/ingest/rtmp/media_input.hpp"
#include "media/ingest/rtmp/server_session.hpp"
#include "media/ingest/rtmp/shard.hpp"
#include "system/io/socket.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace directfanz::rtmp {

/// One publisher's TCP connection.
///
/// It lives on the loop that accepted it until the target opens its publication, then moves to the
/// loop of the broadcast, socket and half-read messages included. run() is its one coroutine; what
/// a slow peer leaves unread is written by a second one.
class Connection final : public std::enable_shared_from_this<Connection>,
                         private ServerSession::Handler {
  public:
    Connection(std::shared_ptr<Shard> shard, io::TcpSocket socket, std::uint64_t id);
    ~Connection() override;

    /// Reads until the connection ends or moves to another loop.
    static io::Task<> run(std::shared_ptr<Connection> self);

    /// Ends what took too long.
    void check_deadlines(SteadyTime now);

    /// Tells the publisher in words that it must go, and closes once it has read them.
    void stop(Error const& reason);

    /// At once.
    void close();

  private:
    static io::Task<> write(std::shared_ptr<Connection> self);

    void on_publish(PublishCommand command) override;
    void on_metadata(amf0::Value const& properties) override;
    void on_media(MediaKind kind, std::uint32_t timestamp, Blob body) override;
    void on_unpublish() override;

    /// Asks the target. Returns whether the connection moves to another loop.
    io::Task<bool> decide();
    bool move_to(io::EventLoop& loop);
    void start(std::shared_ptr<ingest::Publication> publication);
    void receive();
    void feed(ByteView bytes);
    void flush();
    void finish(ingest::EndReason reason, std::string_view why);
    void linger();

    std::shared_ptr<Shard> shard_;
    std::optional<io::TcpSocket> socket_;
    std::uint64_t id_;
    std::string remote_address_;
    log::Context context_;
    ServerSession session_;

    std::optional<PublishCommand> asked_;
    std::shared_ptr<ingest::Publication> publication_;
    std::optional<MediaInput> input_;

    Bytes outbox_;
    bool writing_ = false;
    bool farewell_ = false;
    bool closed_ = false;

    SteadyTime now_;
    SteadyTime publish_deadline_;
    SteadyTime linger_deadline_;
    SteadyTime last_media_;
    SteadyTime last_ping_;
    SteadyTime started_;
    std::uint64_t frames_ = 0;
};

}  // namespace directfanz::rtmp
