#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "media/ingest/publication.hpp"
#include "media/ingest/rtmp/media_input.hpp"
#include "media/ingest/rtmp/server_session.hpp"
#include "media/ingest/rtmp/shard.hpp"
#include "system/io/address_counter.hpp"
#include "system/io/byte_stream.hpp"
#include "system/io/timer.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace directfanz::rtmp {

/// Whose connection it is.
struct Origin {
    /// As text, without the port.
    std::string address;
    /// The trusted proxy that brought it; empty without one.
    std::string proxy;
    /// Whom it counts for; nothing for a proxy itself.
    std::optional<io::IpAddress> counted;
    /// Held as long as it does not publish.
    std::optional<io::AddressCounter::Place> place;
};

/// One publisher's connection, in plain RTMP or inside TLS.
///
/// It lives on the loop that accepted it until the target opens its publication, then moves to the
/// loop of the broadcast, socket and half-read messages included. run() is its one coroutine; what
/// a slow peer leaves unread is written by a second one.
class Connection final : public std::enable_shared_from_this<Connection>,
                         private ServerSession::Handler {
  public:
    Connection(std::shared_ptr<Shard> shard, std::unique_ptr<io::ByteStream> stream, Origin origin,
               std::uint64_t id);
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
    io::Task<> shake_hands();

    void on_publish(PublishCommand command) override;
    void on_metadata(amf0::Value const& properties) override;
    void on_media(MediaKind kind, std::uint32_t timestamp, Blob body) override;
    void on_unpublish() override;

    /// Asks the target. Returns whether the connection moves to another loop.
    io::Task<bool> decide();
    /// Returns when the peer has taken what it was told, or the connection is closed.
    io::Task<> write_out();
    /// To the publication's loop; false if no listener is there.
    bool move(std::shared_ptr<ingest::Publication> publication);
    void start(std::shared_ptr<ingest::Publication> publication);
    void receive();
    void feed(ByteView bytes);
    void flush();
    /// Writes what the peer takes; false if it cannot be reached any more.
    bool write_some();
    void finish(ingest::EndReason reason, std::string_view why);
    void linger();

    std::shared_ptr<Shard> shard_;
    std::unique_ptr<io::ByteStream> stream_;
    std::uint64_t id_;
    Origin origin_;
    log::Context context_;
    ServerSession session_;

    std::optional<PublishCommand> asked_;
    /// From start() to finish().
    std::shared_ptr<ingest::Publication> publication_;
    std::optional<MediaInput> input_;

    Bytes outbox_;
    /// What the last read and the last write, which would have blocked, wait for.
    io::Readiness read_waits_ = io::Readiness::readable;
    io::Readiness write_waits_ = io::Readiness::writable;
    /// The transport's handshake is done: the peer can be told something.
    bool greeted_ = false;
    bool writing_ = false;
    /// While write_out() waits for the writer; cancelled when that ends.
    std::optional<io::SteadyTimer> written_;
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
