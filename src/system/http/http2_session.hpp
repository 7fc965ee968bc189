#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "system/http/final_response.hpp"
#include "system/http/http2_budget.hpp"
#include "system/http/http2_limits.hpp"
#include "system/http/http2_outbox.hpp"
#include "system/http/http2_stream.hpp"
#include "system/http/server_context.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <vector>

struct nghttp2_session;
struct nghttp2_session_callbacks;

namespace directfanz::http {

/// The server's half of one HTTP/2 connection (RFC 9113) without its socket: bytes in, requests
/// out; answers in, batches of frames out.
///
/// nghttp2 reads and writes the frames, keeps the windows and the header tables and chooses what
/// goes first; here is what it may cost (http2_limits.hpp). Nothing here calls back: after feed(),
/// pack() and expire() the owner asks what there is to do.
class Http2Session {
  public:
    explicit Http2Session(ServerContext& server);
    ~Http2Session();
    Http2Session(Http2Session const&) = delete;
    Http2Session& operator=(Http2Session const&) = delete;

    void feed(ByteView bytes);
    /// Adds frames to an empty batch until it is full or there are none.
    void pack(Http2Outbox& outbox);
    /// Nothing more is read or sent.
    bool is_over() const;

    /// Requests whose handlers are to begin; each is held until release().
    std::vector<Http2Stream*> take_requests();
    /// Held streams that the peer has left: their handlers are to be cancelled.
    std::vector<Http2Stream*> take_abandoned();
    /// The answer of a held stream; it is dropped when the peer has left.
    void answer(Http2Stream& stream, FinalResponse response);
    /// Ends a held stream without an answer.
    void fail(Http2Stream& stream);
    /// The stream's handler has ended; it may be gone afterwards.
    void release(Http2Stream& stream);

    /// "No new requests, please"; those on their way are still taken until shut_down(), which comes
    /// by itself when the peer has seen this, or after kShutdownNotice.
    void notice_shutdown(SteadyTime now);
    /// What is under way ends, then the session is over.
    void shut_down();
    /// What waits is lost: the peer has gone.
    void abandon();

    /// Ends what takes too long: requests by 408, answers whose windows stay shut by a reset.
    void expire(SteadyTime now);

    std::size_t streams() const { return streams_.size(); }
    /// Since when there has been no stream.
    SteadyTime idle_since() const { return idle_since_; }
    /// Is there an answer of which a part is not in a batch?
    bool is_sending() const;
    /// Is there a request whose answer is not in a batch?
    bool owes_answer() const;

  private:
    struct Callbacks;
    using Streams = std::list<Http2Stream>;

    /// What nghttp2 calls, the same for all sessions.
    static nghttp2_session_callbacks const* callbacks();

    void begin_stream(std::int32_t id);
    /// False when the header block makes us decode too much.
    bool count_field(std::size_t bytes);
    void end_fields(Http2Stream& stream, bool ends);
    void complete_request(Http2Stream& stream);
    void refuse(Http2Stream& stream, Refusal const& refusal);
    void submit(Http2Stream& stream, FinalResponse response);
    void reset(Http2Stream const& stream, std::uint32_t code);
    void close(Http2Stream& stream);
    void erase(Http2Stream& stream);
    void add_body(Http2Stream& stream, ByteView bytes);
    bool is_stalled(Http2Stream& stream, SteadyTime now);
    void spend_reset();
    void spend_control();
    /// Ends the session with this code, once the callback that found the reason has returned.
    void cut(std::uint32_t code);
    void terminate(std::uint32_t code);

    ServerContext& server_;
    nghttp2_session* session_ = nullptr;
    Streams streams_;
    std::vector<Http2Stream*> requests_;
    std::vector<Http2Stream*> abandoned_;
    Http2Outbox* outbox_ = nullptr;

    Http2Budget resets_;
    Http2Budget control_;
    /// Decoded bytes of the header block that arrives.
    std::size_t block_bytes_ = 0;
    /// Bodies of all streams.
    std::size_t body_bytes_ = 0;
    std::size_t bytes_packed_ = 0;
    std::uint32_t cut_code_ = 0;
    bool cut_ = false;
    bool terminated_ = false;
    /// A client that says how urgent its requests are is not second-guessed.
    bool prioritised_ = false;
    /// notice_shutdown() was called, shut_down() was not; and when that comes at the latest.
    bool noticed_ = false;
    bool shut_down_ = false;
    SteadyTime notice_ends_;
    SteadyTime idle_since_;
};

}  // namespace directfanz::http
