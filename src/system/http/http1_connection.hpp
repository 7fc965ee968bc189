#pragma once

#include "base/clock.hpp"
#include "system/http/byte_stream.hpp"
#include "system/http/final_response.hpp"
#include "system/http/http1_head.hpp"
#include "system/http/http1_parser.hpp"
#include "system/http/router.hpp"
#include "system/http/server.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace directfanz::http {

/// What all connections of one server share.
struct ServerContext {
    Router const& router;
    ServerLimits limits;
    ServerCounters counters;
    /// Set once: every answer from then on is its connection's last.
    bool draining = false;
};

/// One HTTP/1.x connection: requests one after another, pipelined ones in order.
///
/// It has no timer of its own: the server calls sweep() now and then. While it waits for a request
/// it holds no buffer.
class Http1Connection {
  public:
    Http1Connection(ByteStream& stream, ServerContext& server, std::string remote_address,
                    std::uint64_t id);

    /// Serves until either side ends it.
    io::Task<> run();

    enum class Verdict {
        keep,
        abandon,  ///< the client left while a handler works for it: cancel run()
    };
    /// Ends waits whose deadline has passed.
    Verdict sweep(SteadyTime now);

    /// Ends the connection if it waits for a request.
    void close_if_idle();

    /// Is there a request whose answer is not written yet?
    bool owes_answer() const { return phase_ == Phase::answering || phase_ == Phase::sending; }

  private:
    enum class Phase { idle, receiving, answering, sending, lingering };
    enum class Received { request, refusal, nothing };

    /// How far an answer is written.
    struct Outgoing {
        std::string const& head;
        std::vector<Blob> const& body;
        /// 0 is the head, n the body's Blob n - 1.
        std::size_t part = 0;
        std::size_t offset = 0;

        ByteView rest_of(std::size_t index) const;
        void advance(std::size_t bytes);
        bool finished() const { return part > body.size(); }
    };

    void enter(Phase phase, SteadyTime deadline);
    io::Task<Received> receive();
    /// Tries to read once, and feeds the parser.
    IoOutcome read_more();
    void feed_input();
    /// Answers the parsed request; returns whether the connection goes on.
    io::Task<bool> exchange();
    io::Task<> refuse(unsigned status, std::string_view detail);
    /// Writes head and body; false if the peer went away or stalled.
    io::Task<bool> send(std::string const& head, std::vector<Blob> const& body);
    IoOutcome write_some(Outgoing& outgoing);
    /// Lets the peer read our last answer before the connection goes: closing with unread input
    /// would reset it (RFC 9112, 9.6).
    io::Task<> linger();
    void count(unsigned status, bool sent);

    ByteStream& stream_;
    ServerContext& server_;
    std::string remote_address_;
    std::uint64_t id_;
    Http1Parser parser_;
    /// Received bytes that the parser has not used yet, from input_begin_ on.
    Bytes input_;
    std::size_t input_begin_ = 0;

    Phase phase_ = Phase::idle;
    SteadyTime deadline_;
    bool expired_ = false;
    bool told_to_continue_ = false;
    /// The answer in the making was already in the making at the last sweep.
    bool answering_long_ = false;
};

}  // namespace directfanz::http
