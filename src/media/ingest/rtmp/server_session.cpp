#include "media/ingest/rtmp/server_session.hpp"

#include "base/byte_reader.hpp"
#include "media/ingest/rtmp/aggregate.hpp"
#include "media/ingest/rtmp/replies.hpp"
#include "media/ingest/rtmp/stream_key.hpp"

#include <algorithm>
#include <utility>

namespace directfanz::rtmp {
namespace {

constexpr std::string_view kBadName = "NetStream.Publish.BadName";
constexpr std::string_view kStarted = "NetStream.Publish.Start";

/// The smallest window that a peer can make us acknowledge.
constexpr std::uint32_t kMinWindow = 4096;

using Values = std::vector<amf0::Value>;

amf0::Value const& at(Values const& values, std::size_t index) {
    static amf0::Value const undefined;
    return index < values.size() ? values[index] : undefined;
}

/// The first text behind name and transaction: some publishers leave the null between out.
std::string_view text_argument(Values const& command) {
    for (std::size_t i = 2; i < command.size(); ++i) {
        if (auto const text = command[i].text(); text.data() != nullptr) return text;
    }
    return {};
}

double number_argument(Values const& command) {
    for (std::size_t i = 2; i < command.size(); ++i) {
        if (auto const number = command[i].number(-1); number >= 0) return number;
    }
    return 0;
}

/// AMF3 commands and data begin with a byte that says AMF0 follows.
ByteView without_amf3_prefix(ByteView payload) {
    return !payload.empty() && payload.front() == 0 ? payload.subspan(1) : payload;
}

}  // namespace

Result<void> ServerSession::feed(ByteView bytes) {
    received_ += static_cast<std::uint32_t>(bytes.size());
    if (state_ == State::waiting) {
        if (held_.size() + bytes.size() > kMaxHeldBytes) {
            return fail(ErrorKind::too_large, "rtmp session",
                        "more than was asked for before the publish was answered");
        }
        held_.insert(held_.end(), bytes.begin(), bytes.end());
        return {};
    }
    Bytes joined;
    if (!held_.empty()) {
        joined = std::exchange(held_, {});
        joined.insert(joined.end(), bytes.begin(), bytes.end());
        bytes = joined;
    }
    if (!handshake_.done()) {
        auto const used = handshake_.feed(bytes);
        if (!used) return std::unexpected(used.error());
        bytes = bytes.subspan(*used);
    }
    if (state_ != State::closing && !bytes.empty()) {
        auto const used = reader_.feed(bytes, *this);
        if (!used) return std::unexpected(used.error());
        if (state_ == State::waiting) {
            auto const rest = bytes.subspan(*used);
            if (rest.size() > kMaxHeldBytes) {
                return fail(ErrorKind::too_large, "rtmp session",
                            "more than was asked for before the publish was answered");
            }
            held_.assign(rest.begin(), rest.end());
        }
    }
    acknowledge();
    return {};
}

Bytes ServerSession::take_output() {
    auto output = handshake_.take_output();
    auto chunks = writer_.take();
    if (output.empty()) return chunks;
    output.insert(output.end(), chunks.begin(), chunks.end());
    return output;
}

void ServerSession::accept_publish() {
    if (state_ != State::waiting) return;
    state_ = State::publishing;
    reader_.set_limits({});
    if (fc_publish_) write_fc_published(writer_, "The publish is accepted.");
    write_status(writer_, publish_stream_id_, StatusLevel::status, kStarted,
                 "The stream is being received.");
}

void ServerSession::reject_publish(Error const& reason) {
    if (state_ != State::waiting) return;
    held_ = Bytes();
    refuse(publish_stream_id_, kBadName, reason.message);
}

void ServerSession::stop(Error const& reason) {
    if (state_ == State::closing) return;
    held_ = Bytes();
    if (!handshake_.done()) {
        state_ = State::closing;
        return;
    }
    if (reason.kind != ErrorKind::unavailable) {
        refuse(publish_stream_id_, kBadName, reason.message);
        return;
    }
    write_user_control(writer_, UserControl::stream_eof, publish_stream_id_);
    write_status(writer_, publish_stream_id_, StatusLevel::status, "NetStream.Unpublish.Success",
                 reason.message);
    write_status(writer_, 0, StatusLevel::status, "NetConnection.Connect.Closed", reason.message);
    state_ = State::closing;
}

void ServerSession::ping(std::uint32_t now_ms) {
    if (handshake_.done() && state_ != State::closing) {
        write_user_control(writer_, UserControl::ping_request, now_ms);
    }
}

Result<ChunkReader::Flow> ServerSession::on_message(Message message) {
    switch (message.type) {
        case MessageType::audio:
        case MessageType::video:
            if (state_ == State::publishing) dispatch(message);
            break;
        case MessageType::aggregate:
            if (state_ != State::publishing) break;
            for (auto const& inner : split_aggregate(message)) {
                if (state_ == State::publishing) dispatch(inner);
            }
            break;
        case MessageType::command_amf0:
        case MessageType::command_amf3: {
            auto const done = on_command(message);
            if (!done) return std::unexpected(done.error());
            break;
        }
        case MessageType::data_amf0:
            on_data(message.payload.view());
            break;
        case MessageType::data_amf3:
            on_data(without_amf3_prefix(message.payload.view()));
            break;
        case MessageType::user_control:
            on_user_control(message.payload.view());
            break;
        case MessageType::window_acknowledgement_size: {
            ByteReader reader(message.payload.view());
            auto const window = reader.u32();
            if (reader.ok()) window_ = std::clamp(window, kMinWindow, 1U << 30);
            break;
        }
        default:
            // Acknowledgements and bandwidth limits concern what we send, which is next to nothing;
            // the rest means nothing to a server that takes streams in.
            break;
    }
    auto const pause = state_ == State::waiting || state_ == State::closing;
    return pause ? ChunkReader::Flow::pause : ChunkReader::Flow::go_on;
}

void ServerSession::dispatch(Message const& message) {
    if (message.type == MessageType::audio) {
        handler_.on_media(MediaKind::audio, message.timestamp, message.payload);
    } else if (message.type == MessageType::video) {
        handler_.on_media(MediaKind::video, message.timestamp, message.payload);
    } else if (message.type == MessageType::data_amf0) {
        on_data(message.payload.view());
    }
}

void ServerSession::on_user_control(ByteView payload) {
    ByteReader reader(payload);
    auto const event = static_cast<UserControl>(reader.u16());
    auto const value = reader.u32();
    if (reader.ok() && event == UserControl::ping_request) {
        write_user_control(writer_, UserControl::ping_response, value);
    }
}

void ServerSession::on_data(ByteView payload) {
    // Metadata beyond the limits of AMF is as good as none.
    auto const values = amf0::read_all(payload);
    if (!values || state_ != State::publishing) return;
    std::size_t const name = at(*values, 0).text() == "@setDataFrame" ? 1 : 0;
    if (at(*values, name).text() == "onMetaData") handler_.on_metadata(at(*values, name + 1));
}

Result<void> ServerSession::on_command(Message const& message) {
    auto const payload = message.payload.view();
    auto const values = amf0::read_all(
        message.type == MessageType::command_amf3 ? without_amf3_prefix(payload) : payload);
    if (!values) return std::unexpected(values.error());
    auto const& command = *values;
    auto const name = at(command, 0).text();
    auto const transaction = at(command, 1).number();
    if (name == "connect") {
        on_connect(command);
    } else if (name == "createStream") {
        write_stream_created(writer_, transaction, ++last_stream_id_);
    } else if (name == "releaseStream" || name == "FCPublish") {
        announced_name_ = std::string(text_argument(command));
        if (name == "FCPublish") fc_publish_ = true;
        write_result(writer_, transaction);
    } else if (name == "publish") {
        on_publish_command(command, message.stream_id);
    } else if (name == "FCUnpublish") {
        write_result(writer_, transaction);
        unpublish(publish_stream_id_);
    } else if (name == "deleteStream") {
        auto const id = static_cast<std::uint32_t>(std::min(number_argument(command), 4e9));
        unpublish(id);
    } else if (name == "closeStream") {
        unpublish(message.stream_id);
    } else if (name == "_checkbw") {
        write_result(writer_, transaction);
    } else if (name == "play" || name == "play2") {
        refuse(message.stream_id, "NetStream.Play.Failed",
               "This server takes streams in over RTMP but does not play them: open the stream's "
               "page in a browser.");
    }
    return {};
}

void ServerSession::on_connect(Values const& command) {
    auto const& properties = at(command, 2);
    app_ = std::string(properties["app"].text());
    tc_url_ = std::string(properties["tcUrl"].text());
    encoder_ = std::string(properties["flashVer"].text().substr(0, kMaxEncoderName));
    write_control(writer_, MessageType::window_acknowledgement_size, kWindow);
    write_peer_bandwidth(writer_, kWindow);
    writer_.set_chunk_size(kChunkSize);
    write_connected(writer_, at(command, 1).number(1), properties["objectEncoding"].number());
}

void ServerSession::on_publish_command(Values const& command, std::uint32_t stream_id) {
    auto const name = text_argument(command);
    auto address = find_stream_key(app_, tc_url_, name);
    if (address.key.empty()) address = find_stream_key(app_, tc_url_, announced_name_);
    if (state_ == State::publishing) {
        auto const again = address.key == published_key_;
        write_status(writer_, stream_id, again ? StatusLevel::status : StatusLevel::error,
                     again ? kStarted : kBadName,
                     again ? "The stream is being received."
                           : "This connection publishes another stream already.");
        return;
    }
    publish_stream_id_ = stream_id;
    if (address.key.empty() || address.key.size() > kMaxStreamKey) {
        refuse(stream_id, kBadName,
               address.key.empty()
                   ? "No stream key was sent. Copy the stream key into the encoder's settings."
                   : "The stream key is too long. Copy it again, or ask whoever runs the server "
                     "for a new one.");
        return;
    }
    published_key_ = address.key;
    state_ = State::waiting;
    handler_.on_publish(PublishCommand{
        .app = std::move(address.app), .stream_key = std::move(address.key), .encoder = encoder_});
}

void ServerSession::unpublish(std::uint32_t stream_id) {
    // Publishers create and delete other streams too; 0 is what those send that name none.
    if (state_ != State::publishing || (stream_id != publish_stream_id_ && stream_id != 0)) return;
    state_ = State::idle;
    reader_.set_limits(kLimitsBeforePublish);
    write_status(writer_, publish_stream_id_, StatusLevel::status, "NetStream.Unpublish.Success",
                 "The stream has ended.");
    handler_.on_unpublish();
}

void ServerSession::refuse(std::uint32_t stream_id, std::string_view code,
                           std::string_view description) {
    write_status(writer_, stream_id, StatusLevel::error, code, description);
    state_ = State::closing;
}

void ServerSession::acknowledge() {
    if (!handshake_.done() || received_ - acknowledged_ < window_) return;
    acknowledged_ = received_;
    write_control(writer_, MessageType::acknowledgement, received_);
}

}  // namespace directfanz::rtmp
