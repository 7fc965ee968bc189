#pragma once

#include "base/bytes.hpp"
#include "system/http/message.hpp"
#include "system/http/refusal.hpp"

#include <cstddef>
#include <memory>
#include <string_view>

namespace directfanz::http {

/// Bytes of an HTTP/1.x connection in, Requests out (RFC 9112).
///
/// Beast reads the grammar; on top of it this refuses what two programs on one way may read
/// differently, and so be tricked with (request smuggling, RFC 9112, 11.2): bare LF, folded
/// lines, two or listed lengths, a length beside a transfer coding, a coding other than "chunked",
/// a missing or doubled Host.
class Http1Parser {
  public:
    struct Limits {
        /// Request line and header fields; also each chunk's header, and the trailer.
        std::size_t header_bytes;
        std::size_t body_bytes;
    };

    enum class State {
        start,     ///< no byte of a request yet
        header,    ///< within the request line or header fields
        body,      ///< the header is whole
        complete,  ///< take() the request
        refused,   ///< see refusal(); no more is read
    };

    explicit Http1Parser(Limits limits);
    ~Http1Parser();

    /// Reads from the front of `bytes` up to the end of one request; returns how many it used up.
    /// The others are to be presented again, with more behind them.
    std::size_t feed(ByteView bytes);

    State state() const { return state_; }
    Refusal const& refusal() const { return refusal_; }

    /// In State::body: does the client wait for "100 Continue" before it sends the body?
    bool expects_continue() const;

    /// In State::complete.
    bool keep_alive() const;
    /// In State::complete: HTTP/1.0, where staying open must be said.
    bool is_http_1_0() const;
    /// In State::complete: the request; the parser begins with the next one.
    Request take();

  private:
    class Message;

    std::size_t skip_empty_lines(ByteView bytes);
    std::size_t feed_header(ByteView bytes);
    std::size_t feed_body(ByteView bytes);
    /// The length of the header in front of `bytes` with its empty line, 0 while it is incomplete.
    std::size_t find_header_end(std::string_view bytes);
    void refuse(unsigned status, std::string_view detail);

    Limits limits_;
    State state_ = State::start;
    Refusal refusal_;
    std::unique_ptr<Message> message_;
    std::size_t empty_lines_ = 0;
    /// Of the header in front of the input: bytes looked at, and where the line begins.
    std::size_t scanned_ = 0;
    std::size_t line_ = 0;
};

}  // namespace directfanz::http
