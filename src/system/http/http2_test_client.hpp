#pragma once

#include "base/blob.hpp"
#include "base/bytes.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

struct nghttp2_session;
struct nghttp2_session_callbacks;

/// For this folder's tests alone.
namespace directfanz::http::testing {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// What the server said on one stream.
struct Http2Reply {
    Fields fields;
    std::string body;
    /// DATA frames, and the payload of the largest.
    std::size_t frames = 0;
    std::size_t largest_frame = 0;
    /// "100" before the answer.
    bool told_to_continue = false;
    bool complete = false;
    /// Set when the stream is closed: 0 or the code of a reset.
    std::optional<std::uint32_t> closed;

    /// Empty without one.
    std::string field(std::string_view name) const;
    std::string status() const { return field(":status"); }
};

/// nghttp2's own client, without a socket: what it writes goes to the server, what the server
/// writes is fed to it.
class Http2Client {
  public:
    struct Options {
        std::uint32_t stream_window = 65535;
        /// 0 leaves it as it is.
        std::uint32_t max_frame_size = 0;
        bool opens_windows = true;
        bool acknowledges_pings = true;
    };

    Http2Client();
    explicit Http2Client(Options options);
    ~Http2Client();
    Http2Client(Http2Client const&) = delete;
    Http2Client& operator=(Http2Client const&) = delete;

    /// "GET /path" or another method; pseudo-fields with other values may be among `fields`.
    /// Returns the stream's number.
    std::int32_t request(std::string const& path, Fields fields = {}, std::string method = "GET");
    /// With a body of known or unknown length; `ends` says whether it is all of it.
    std::int32_t post(std::string const& path, std::string body, Fields fields = {},
                      bool ends = true);
    void reset(std::int32_t stream);
    void open_window(std::int32_t stream, std::int32_t bytes);
    void ping();

    /// What is to be sent to the server.
    std::string take_output();
    /// False when the server broke the protocol.
    bool feed(ByteView bytes);

    Http2Reply const& reply(std::int32_t stream) const;
    bool is_complete(std::int32_t stream) const;
    /// Codes of the GOAWAYs in their order, and the last one's last stream.
    std::vector<std::uint32_t> goaways;
    std::int32_t last_stream = -1;
    std::size_t pings_answered = 0;
    /// In which order the answers ended.
    std::vector<std::int32_t> completed;
    std::map<std::uint16_t, std::uint32_t> settings;

  private:
    struct Callbacks;
    std::int32_t submit(Fields fields, std::string const* body);

    nghttp2_session* session_ = nullptr;
    std::map<std::int32_t, Http2Reply> replies_;
    struct Upload {
        std::string body;
        bool ends = true;
        std::size_t sent = 0;
    };
    std::map<std::int32_t, Upload> uploads_;
};

/// One frame's bytes (RFC 9113, 4.1), for what nghttp2 does not write.
std::string frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                  std::string_view payload);

/// What a client begins with: the preface and empty SETTINGS.
std::string preface();

/// A body with one owner, that tells when nobody owns it any more.
class WatchedBody {
  public:
    WatchedBody(char letter, std::size_t size) : owner_(std::make_shared<Owner>()) {
        owner_->bytes.assign(size, static_cast<std::uint8_t>(letter));
        owner_->mapping.begin = owner_->bytes.data();
        watched_ = owner_;
    }

    /// Gives the one Blob away.
    Blob release() {
        auto const bytes = ByteView(owner_->bytes);
        auto const* const mapping = &owner_->mapping;
        return Blob::of_file({std::move(owner_), mapping}, bytes);
    }
    bool gone() const { return watched_.expired(); }

  private:
    struct Owner {
        Bytes bytes;
        FileMapping mapping;
    };
    std::shared_ptr<Owner> owner_;
    std::weak_ptr<Owner> watched_;
};

}  // namespace directfanz::http::testing
