#pragma once

#include "media/ingest/rtmp/amf0.hpp"
#include "media/ingest/rtmp/chunk_reader.hpp"
#include "media/ingest/rtmp/chunk_test_tools.hpp"
#include "media/ingest/rtmp/chunk_writer.hpp"
#include "media/ingest/rtmp/handshake.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

/// A publisher's side of RTMP for tests: what it sends, and what it makes of the answers.
namespace directfanz::rtmp::testing {

class TestPublisher {
  public:
    virtual ~TestPublisher() = default;

    /// Sends what was written, where there is a line.
    virtual void send() {}

    /// C0, C1 and a C2 that nobody checks, all at once.
    TestPublisher& handshake() {
        Bytes bytes(Handshake::kFirstSize + Handshake::kPacketSize);
        bytes.front() = 3;
        raw_.insert(raw_.end(), bytes.begin(), bytes.end());
        return *this;
    }
    TestPublisher& connect(std::string_view app = "live",
                           std::string_view tc_url = "rtmp://h/live") {
        amf0::Writer command;
        command.string("connect").number(1).begin_object();
        command.name("app").string(app);
        command.name("flashVer").string("FMLE/3.0 (compatible; test)");
        command.name("tcUrl").string(tc_url);
        command.name("fourCcList").strings({"av01", "avc1", "hvc1"});
        command.end_object();
        return command_message(command);
    }
    TestPublisher& call(std::string_view name, double transaction, std::string_view argument = {}) {
        amf0::Writer command;
        command.string(name).number(transaction).null();
        if (argument.data() != nullptr) command.string(argument);
        return command_message(command);
    }
    TestPublisher& publish(std::string_view key) {
        amf0::Writer command;
        command.string("publish").number(5).null().string(key).string("live");
        return command_message(command, 1);
    }
    TestPublisher& delete_stream(double id = 1) {
        amf0::Writer command;
        command.string("deleteStream").number(6).null().number(id);
        return command_message(command);
    }
    TestPublisher& metadata(std::string_view encoder, double video_kilobits = 0) {
        amf0::Writer data;
        data.string("@setDataFrame").string("onMetaData").begin_object();
        data.name("videodatarate").number(video_kilobits);
        data.name("encoder").string(encoder).end_object();
        return message(4, MessageType::data_amf0, 1, 0, data.view());
    }
    TestPublisher& video(std::uint32_t timestamp, ByteView body) {
        return message(6, MessageType::video, 1, timestamp, body);
    }
    TestPublisher& audio(std::uint32_t timestamp, ByteView body) {
        return message(4, MessageType::audio, 1, timestamp, body);
    }
    TestPublisher& message(std::uint32_t chunk_stream, MessageType type, std::uint32_t stream,
                           std::uint32_t timestamp, ByteView payload) {
        writer_.write(chunk_stream, type, stream, timestamp, payload);
        auto const bytes = writer_.take();
        raw_.insert(raw_.end(), bytes.begin(), bytes.end());
        return *this;
    }
    TestPublisher& command_message(amf0::Writer const& command, std::uint32_t stream = 0) {
        return message(3, MessageType::command_amf0, stream, 0, command.view());
    }
    /// All that comes before media.
    TestPublisher& everything_until_publish(std::string_view key) {
        return handshake()
            .connect()
            .call("releaseStream", 2, key)
            .call("FCPublish", 3, key)
            .call("createStream", 4)
            .publish(key);
    }

    /// What has been written since the last call.
    Bytes take() { return std::exchange(raw_, {}); }

    /// Takes a piece of what the server says.
    void hear(ByteView bytes) {
        auto const of_handshake =
            std::min(bytes.size(), 1 + 2 * Handshake::kPacketSize - handshake_heard_);
        handshake_heard_ += of_handshake;
        (void)reader_.feed(bytes.subspan(of_handshake), heard_);
    }
    std::size_t handshake_heard() const { return handshake_heard_; }
    std::vector<Message> const& heard() const { return heard_.messages; }

    /// The commands heard with this name, each as its values.
    std::vector<std::vector<amf0::Value>> commands(std::string_view name) const {
        std::vector<std::vector<amf0::Value>> found;
        for (auto const& message : heard_.messages) {
            if (message.type != MessageType::command_amf0) continue;
            auto values = amf0::read_all(message.payload.view());
            if (values && !values->empty() && values->front().text() == name) {
                found.push_back(std::move(*values));
            }
        }
        return found;
    }
    /// "code: description" of the onStatus messages heard.
    std::vector<std::string> statuses() const {
        std::vector<std::string> found;
        for (auto const& values : commands("onStatus")) {
            found.push_back(std::string(values.at(3)["code"].text()) + ": " +
                            std::string(values.at(3)["description"].text()));
        }
        return found;
    }
    bool heard_status(std::string_view code) const {
        return std::ranges::any_of(statuses(), [code](auto& s) { return s.starts_with(code); });
    }

  private:
    Bytes raw_;
    ChunkWriter writer_;
    ChunkReader reader_;
    Collector heard_;
    std::size_t handshake_heard_ = 0;
};

}  // namespace directfanz::rtmp::testing
