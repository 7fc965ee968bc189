#pragma once

#include "base/clock.hpp"
#include "system/http/final_response.hpp"
#include "system/http/http2_request.hpp"

#include <cstddef>
#include <cstdint>
#include <list>

#include <boost/asio/cancellation_signal.hpp>

namespace directfanz::http {

class Http2Outbox;

/// Until when the peer has to take how much of an answer.
struct Http2Pace {
    SteadyTime deadline;
    /// Bytes that went into batches since `deadline` was set.
    std::size_t progress = 0;

    void begin(SteadyTime until);
    /// Is the time over with less than kLeastProgress? With more, the next begins, as long as
    /// `allowed`.
    bool is_missed(SteadyTime now, milliseconds allowed);
};

/// One request and its answer. It lives until the peer or we have closed it and its handler has
/// ended.
struct Http2Stream {
    enum class Phase {
        receiving,  ///< the request is not whole
        waiting,    ///< whole, its handler not begun
        answering,  ///< its handler works
        answered,   ///< the session has the answer
    };

    Http2Stream(std::int32_t number, Http2Request::Limits limits, SteadyTime until)
        : id(number), request(limits), whole_by(until) {}

    std::int32_t id;
    Phase phase = Phase::receiving;
    Http2Request request;
    /// When the request has to be whole.
    SteadyTime whole_by;
    /// Ends the handler.
    boost::asio::cancellation_signal cancel;
    std::list<Http2Stream>::iterator self;
    /// A coroutine refers to this stream.
    bool held = false;
    /// The peer or we have closed it.
    bool closed = false;
    /// Its end is in a batch.
    bool complete = false;

    /// Of an answer.
    unsigned status = 0;
    std::vector<Blob> body;
    /// Where the body goes on: the Blob, and the byte within it.
    std::size_t next_blob = 0;
    std::size_t next_byte = 0;
    /// Bytes not yet in a batch.
    std::uint64_t left = 0;
    /// While the peer keeps a window shut (ServerLimits::write_stall).
    Http2Pace shut;
    /// Whatever it waits for (kLongestTurn).
    Http2Pace turn;

    /// Pieces in which one frame may be sent.
    static constexpr std::size_t kMaxPieces = 8;

    /// How much of `wish` one frame can take from here in kMaxPieces pieces.
    std::size_t frame_size(std::size_t wish) const;
    /// Moves so much of the body, as frame_size() has said, into a batch.
    void take(std::size_t bytes, Http2Outbox& outbox);
};

}  // namespace directfanz::http
