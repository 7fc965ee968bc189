#pragma once

#include "base/blob.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "media/codec/track.hpp"
#include "media/ingest/rtmp/amf0.hpp"
#include "media/ingest/rtmp/chunk_reader.hpp"
#include "media/ingest/rtmp/chunk_writer.hpp"
#include "media/ingest/rtmp/handshake.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::rtmp {

/// What a publisher asks for.
struct PublishCommand {
    std::string app;
    /// The secret. Never log it, nor anything it was cut from.
    std::string stream_key;
    /// What the publisher calls itself; may be empty. At most kMaxEncoderName bytes.
    std::string encoder;
};

/// Longest name of an encoder that is kept, for logs.
inline constexpr std::size_t kMaxEncoderName = 128;

/// A server's side of one RTMP connection as a pure state machine: bytes in, bytes and events out.
///
///     handshake -> idle -> waiting (publish asked for, decision to come) -> publishing -> idle …
///                   any of them -> closing (a refusal or farewell is in the output)
///
/// Commands are taken in any order, missing or repeated: publishers differ. The decision about a
/// publish may come at any later time; until then nothing more is read.
class ServerSession : private ChunkReader::Sink {
  public:
    /// Told from within feed().
    class Handler {
      public:
        virtual ~Handler() = default;
        /// To be answered with accept_publish() or reject_publish(), later or at once.
        virtual void on_publish(PublishCommand command) = 0;
        /// The properties of an onMetaData: what the encoder claims about its stream.
        virtual void on_metadata(amf0::Value const& properties) = 0;
        /// The body of an FLV tag, and its time in milliseconds modulo 2^32.
        virtual void on_media(MediaKind kind, std::uint32_t timestamp, Blob body) = 0;
        /// The publisher says that it is done. It may publish again on this connection.
        virtual void on_unpublish() = 0;
    };

    /// Bytes that wait for the decision about a publish.
    static constexpr std::size_t kMaxHeldBytes = 64 * 1024;
    /// Before a publisher is accepted it may send nothing longer than this: it has no media to
    /// send.
    static constexpr ReaderLimits kLimitsBeforePublish{.message_size = 16 * 1024,
                                                       .unfinished_bytes = 32 * 1024};
    /// What we want acknowledged, and what we acknowledge unless told otherwise.
    static constexpr std::uint32_t kWindow = 2'500'000;
    static constexpr std::uint32_t kChunkSize = 4096;

    explicit ServerSession(Handler& handler) : handler_(handler), reader_(kLimitsBeforePublish) {}

    /// Takes all bytes. An error means that the peer does not speak RTMP, or beyond a limit: close.
    Result<void> feed(ByteView bytes);

    /// What is to be sent; empty if nothing.
    Bytes take_output();

    /// The decision. After it, feed({}) reads what came in the meantime.
    void accept_publish();
    void reject_publish(Error const& reason);

    /// Tells the publisher, in words, that it must go. ErrorKind::unavailable says that it may come
    /// back.
    void stop(Error const& reason);

    /// Asks for a sign of life.
    void ping(std::uint32_t now_ms);

    bool handshaken() const { return handshake_.done(); }
    bool waiting() const { return state_ == State::waiting; }
    bool publishing() const { return state_ == State::publishing; }
    /// Nothing more is read; close once the output is sent.
    bool closing() const { return state_ == State::closing; }

  private:
    enum class State { idle, waiting, publishing, closing };

    Result<ChunkReader::Flow> on_message(Message message) override;
    void dispatch(Message const& message);
    void on_user_control(ByteView payload);
    void on_data(ByteView payload);
    Result<void> on_command(Message const& message);
    void on_connect(std::vector<amf0::Value> const& command);
    void on_publish_command(std::vector<amf0::Value> const& command, std::uint32_t stream_id);
    void unpublish(std::uint32_t stream_id);
    void refuse(std::uint32_t stream_id, std::string_view code, std::string_view description);
    void acknowledge();

    Handler& handler_;
    Handshake handshake_;
    ChunkReader reader_;
    ChunkWriter writer_;
    State state_ = State::idle;
    Bytes held_;

    std::string app_;
    std::string tc_url_;
    std::string encoder_;
    std::string announced_name_;
    bool fc_publish_ = false;
    std::uint32_t last_stream_id_ = 0;
    std::uint32_t publish_stream_id_ = 0;
    std::string published_key_;

    std::uint32_t received_ = 0;
    std::uint32_t acknowledged_ = 0;
    std::uint32_t window_ = kWindow;
};

}  // namespace directfanz::rtmp
