#pragma once

#include "base/clock.hpp"
#include "system/http/connection.hpp"
#include "system/http/final_response.hpp"
#include "system/http/http1_head.hpp"
#include "system/http/http1_parser.hpp"
#include "system/http/server_context.hpp"
#include "system/io/byte_stream.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace directfanz::http {

/// One HTTP/1.x connection: requests one after another, pipelined ones in order.
class Http1Connection final : public Connection {
  public:
    Http1Connection(io::ByteStream& stream, ServerContext& server, Peer const& peer);

    io::Task<> run(ByteView first_bytes) override;
    Verdict sweep(SteadyTime now) override;
    void close_if_idle() override;
    bool owes_answer() const override {
        return phase_ == Phase::answering || phase_ == Phase::sending;
    }

  private:
    enum class Phase { idle, receiving, answering, sending, lingering };
    enum class Received { request, refusal, nothing };

    void enter(Phase phase, SteadyTime deadline);
    io::Task<Received> receive();
    /// Tries to read once, and feeds the parser.
    io::IoOutcome read_more();
    /// Feeds the parser; what it does not use now is kept.
    void take_in(ByteView received);
    void feed_input();
    /// Answers the parsed request; returns whether the connection goes on.
    io::Task<bool> exchange();
    io::Task<> refuse(unsigned status, std::string_view detail);
    /// Writes head and body; false if the peer went away or stalled.
    io::Task<bool> send(std::string const& head, std::vector<Blob> const& body);
    /// Lets the peer read our last answer before the connection goes: closing with unread input
    /// would reset it (RFC 9112, 9.6).
    io::Task<> linger();
    void count(unsigned status, bool sent);

    io::ByteStream& stream_;
    ServerContext& server_;
    Peer const& peer_;
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
