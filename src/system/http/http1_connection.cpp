#include "system/http/http1_connection.hpp"

#include "base/log.hpp"
#include "system/http/answer.hpp"
#include "system/http/outgoing.hpp"
#include "system/io/give_way.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace directfanz::http {
namespace {

using io::IoOutcome;
using io::IoStatus;
using io::Readiness;

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr seconds kLingerTime{2};
/// What a peer may still send after our last answer before we close for good.
constexpr std::size_t kMaxLingerBytes = 1024 * 1024;
/// A peer that reads as fast as we write lets the loop's others have a turn after so much.
constexpr std::size_t kMaxWriteTurn = 4 * 1024 * 1024;

std::string const kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
std::vector<Blob> const kNoBody;

/// One a loop's thread: a connection leaves nothing in it when it waits.
std::span<std::uint8_t> read_buffer() {
    thread_local std::array<std::uint8_t, kReadBytes> buffer;
    return buffer;
}

}  // namespace

Http1Connection::Http1Connection(io::ByteStream& stream, ServerContext& server, Peer const& peer)
    : stream_(stream),
      server_(server),
      peer_(peer),
      parser_({.header_bytes = server.limits.header_bytes, .body_bytes = server.limits.body_bytes}),
      deadline_(steady_now() + server.limits.idle_time) {}

io::Task<> Http1Connection::run(ByteView first_bytes) {
    take_in(first_bytes);
    for (;;) {
        auto const received = co_await receive();
        if (received == Received::nothing) break;
        if (received == Received::refusal) {
            co_await refuse(parser_.refusal().status, parser_.refusal().detail);
            break;
        }
        auto const goes_on = co_await exchange();
        if (!goes_on) break;
    }
    stream_.close();
}

Http1Connection::Verdict Http1Connection::sweep(SteadyTime now) {
    if (phase_ == Phase::answering) {
        // Most answers take no time: ask the system only for those that last.
        if (std::exchange(answering_long_, true) && stream_.peer_has_left()) {
            return Verdict::abandon;
        }
        return Verdict::keep;
    }
    if (now >= deadline_) {
        expired_ = true;
        stream_.cancel();
    }
    return Verdict::keep;
}

void Http1Connection::close_if_idle() {
    if (phase_ != Phase::idle) return;
    expired_ = true;
    stream_.cancel();
}

void Http1Connection::enter(Phase phase, SteadyTime deadline) {
    phase_ = phase;
    deadline_ = deadline;
    // A sweep may have ended the phase before at the moment when its data came after all.
    expired_ = false;
}

io::Task<Http1Connection::Received> Http1Connection::receive() {
    enter(Phase::idle, steady_now() + server_.limits.idle_time);
    told_to_continue_ = false;
    feed_input();
    if (server_.draining && parser_.state() == Http1Parser::State::start) {
        co_return Received::nothing;
    }
    if (parser_.state() == Http1Parser::State::complete ||
        parser_.state() == Http1Parser::State::refused) {
        // A pipeline's next request: one read holds many, and the loop's others come in between.
        co_await io::give_way();
    } else {
        if (parser_.state() != Http1Parser::State::start) {
            enter(Phase::receiving, steady_now() + server_.limits.request_time);
        }
        // Mostly nothing is there yet, and to ask in vain would cost a system call a request. A
        // client that waits to be told to go on sends nothing until then.
        if (!parser_.expects_continue()) co_await stream_.ready(Readiness::readable);
    }

    for (;;) {
        if (parser_.state() == Http1Parser::State::complete) co_return Received::request;
        if (parser_.state() == Http1Parser::State::refused) co_return Received::refusal;
        if (parser_.state() != Http1Parser::State::start && phase_ == Phase::idle) {
            enter(Phase::receiving, steady_now() + server_.limits.request_time);
        }
        if (expired_) {
            if (phase_ == Phase::idle) co_return Received::nothing;
            co_await refuse(408, "the request took too long to arrive");
            co_return Received::nothing;
        }
        if (parser_.expects_continue() && !told_to_continue_) {
            told_to_continue_ = true;
            auto const deadline = deadline_;
            auto const told = co_await send(kContinue, kNoBody);
            if (!told) co_return Received::nothing;
            enter(Phase::receiving, deadline);
        }
        auto const outcome = read_more();
        if (outcome.status == IoStatus::would_block) {
            co_await stream_.ready(outcome.wait_for);
        } else if (outcome.status != IoStatus::done) {
            co_return Received::nothing;
        }
    }
}

IoOutcome Http1Connection::read_more() {
    auto const buffer = read_buffer();
    auto const outcome = stream_.read(buffer);
    if (outcome.status != IoStatus::done) return outcome;
    auto const received = buffer.first(outcome.bytes);
    if (input_.empty()) {
        take_in(received);
        return outcome;
    }
    // No more room than for what has come: a header may come slowly.
    input_.erase(input_.begin(), input_.begin() + static_cast<std::ptrdiff_t>(input_begin_));
    input_begin_ = 0;
    input_.insert(input_.end(), received.begin(), received.end());
    feed_input();
    return outcome;
}

void Http1Connection::take_in(ByteView received) {
    auto const used = parser_.feed(received);
    input_.assign(received.begin() + static_cast<std::ptrdiff_t>(used), received.end());
}

void Http1Connection::feed_input() {
    if (input_.empty()) return;
    input_begin_ += parser_.feed(ByteView(input_).subspan(input_begin_));
    if (input_begin_ < input_.size()) return;
    input_ = {};
    input_begin_ = 0;
}

io::Task<bool> Http1Connection::exchange() {
    auto const persistent = parser_.keep_alive();
    auto const is_http_1_0 = parser_.is_http_1_0();
    auto request = parser_.take();
    auto client = client_of(server_.proxies, peer_.address, peer_.encrypted, request.headers);
    request.remote_address = std::move(client.address);
    request.encrypted = client.encrypted;
    request.connection = peer_.connection;
    ++server_.counters.requests;

    enter(Phase::answering, SteadyTime::max());
    answering_long_ = false;
    auto const response = co_await answer(server_.router, request);

    auto const goes_on = persistent && !server_.draining;
    auto persistence = Persistence::implied;
    if (!goes_on) persistence = Persistence::ends;
    if (goes_on && is_http_1_0) persistence = Persistence::stated;
    auto const head = serialize_head(response, persistence);
    auto const sent = co_await send(head, response.body);
    count(response.status, sent);
    // Without the query: it may hold a token.
    if (log::enabled(log::Level::debug)) {
        log::debug("request", {{"connection", peer_.connection},
                               {"method", to_string(request.method)},
                               {"path", request.path},
                               {"status", response.status},
                               {"sent", sent}});
    }
    if (sent && !goes_on) co_await linger();
    co_return sent&& goes_on;
}

io::Task<> Http1Connection::refuse(unsigned status, std::string_view detail) {
    ++server_.counters.requests;
    Request const unknown;
    auto const response = finish(unknown, problem(status, detail));
    auto const head = serialize_head(response, Persistence::ends);
    auto const sent = co_await send(head, response.body);
    count(status, sent);
    log::debug("request_refused",
               {{"connection", peer_.connection}, {"status", status}, {"why", detail}});
    if (sent) co_await linger();
}

void Http1Connection::count(unsigned status, bool sent) {
    ++server_.counters.responses[sent ? std::min(status / 100, 5U) : 0];
}

io::Task<bool> Http1Connection::send(std::string const& head, std::vector<Blob> const& body) {
    Outgoing outgoing(head, body);
    std::size_t turn = 0;
    while (!outgoing.finished()) {
        auto outcome = outgoing.write_to(stream_);
        if (outcome.status == IoStatus::done) {
            server_.counters.bytes_sent += outcome.bytes;
            turn += outcome.bytes;
            if (turn < kMaxWriteTurn) continue;
            outcome.wait_for = Readiness::writable;
        } else if (outcome.status != IoStatus::would_block) {
            co_return false;
        }
        turn = 0;
        enter(Phase::sending, steady_now() + server_.limits.write_stall);
        co_await stream_.ready(outcome.wait_for);
        if (expired_) co_return false;
    }
    co_return true;
}

io::Task<> Http1Connection::linger() {
    stream_.finish_writing();
    enter(Phase::lingering, steady_now() + kLingerTime);
    std::size_t discarded = 0;
    while (!expired_ && discarded < kMaxLingerBytes) {
        auto const outcome = stream_.read(read_buffer());
        if (outcome.status == IoStatus::would_block) {
            co_await stream_.ready(outcome.wait_for);
        } else if (outcome.status == IoStatus::done) {
            discarded += outcome.bytes;
        } else {
            co_return;
        }
    }
}

}  // namespace directfanz::http
