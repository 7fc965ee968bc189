#include "system/http/http2_session.hpp"

#include "system/http/http2_answer.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include <nghttp2/nghttp2.h>

namespace directfanz::http {
namespace {

struct DeleteOption {
    void operator()(nghttp2_option* option) const { nghttp2_option_del(option); }
};

/// One for all sessions.
nghttp2_option const* options() {
    static std::unique_ptr<nghttp2_option, DeleteOption> const made = [] {
        nghttp2_option* option = nullptr;
        if (nghttp2_option_new(&option) != 0) throw std::bad_alloc();
        nghttp2_option_set_max_continuations(option, kMaxContinuations);
        nghttp2_option_set_max_outbound_ack(option, kMaxWaitingAcks);
        nghttp2_option_set_max_deflate_dynamic_table_size(option, kHeaderTableBytes);
        nghttp2_option_set_builtin_recv_extension_type(option, NGHTTP2_PRIORITY_UPDATE);
        return std::unique_ptr<nghttp2_option, DeleteOption>(option);
    }();
    return made.get();
}

/// Answers that fit in one frame (playlists) go before long ones (segments), where the client has
/// not said otherwise: they cost the others little, and players wait for them to ask on.
constexpr std::uint64_t kUrgentBytes = 16 * 1024;
constexpr std::uint32_t kUrgent = NGHTTP2_EXTPRI_DEFAULT_URGENCY - 1;

}  // namespace

Http2Session::Http2Session(ServerContext& server)
    : server_(server),
      resets_(kResetBurst, kResetsPerSecond, steady_now()),
      control_(kControlBurst, kControlPerSecond, steady_now()),
      idle_since_(steady_now()) {
    if (nghttp2_session_server_new2(&session_, callbacks(), this, options()) != 0) {
        throw std::bad_alloc();
    }
    std::array const settings{
        nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kMaxConcurrentStreams},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
                               static_cast<std::uint32_t>(server.limits.header_bytes)},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
    };
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
}

Http2Session::~Http2Session() {
    nghttp2_session_del(session_);
}

void Http2Session::feed(ByteView bytes) {
    if (terminated_) return;
    auto const used = nghttp2_session_mem_recv(session_, bytes.data(), bytes.size());
    if (cut_) return terminate(cut_code_);
    if (used >= 0) return;
    auto const floods = used == NGHTTP2_ERR_FLOODED || used == NGHTTP2_ERR_TOO_MANY_CONTINUATIONS;
    terminate(floods ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_PROTOCOL_ERROR);
}

void Http2Session::pack(Http2Outbox& outbox) {
    outbox_ = &outbox;
    while (!outbox.full()) {
        std::uint8_t const* frame = nullptr;
        auto const size = nghttp2_session_mem_send(session_, &frame);
        // A failure is one of memory; there is nothing more to say then.
        if (size <= 0) break;
        outbox.add_frame({frame, static_cast<std::size_t>(size)});
    }
    outbox_ = nullptr;
    control_.give(static_cast<double>(std::exchange(bytes_packed_, 0)) / kBytesPerControlFrame);
    if (cut_) terminate(cut_code_);
}

bool Http2Session::is_over() const {
    return nghttp2_session_want_read(session_) == 0 && nghttp2_session_want_write(session_) == 0;
}

std::vector<Http2Stream*> Http2Session::take_requests() {
    auto requests = std::exchange(requests_, {});
    // One that was reset meanwhile is not begun.
    std::erase_if(requests, [this](Http2Stream* stream) {
        if (!stream->closed) {
            stream->phase = Http2Stream::Phase::answering;
            stream->held = true;
            return false;
        }
        erase(*stream);
        return true;
    });
    return requests;
}

std::vector<Http2Stream*> Http2Session::take_abandoned() {
    return std::exchange(abandoned_, {});
}

void Http2Session::answer(Http2Stream& stream, FinalResponse response) {
    if (stream.closed) return;
    submit(stream, std::move(response));
}

void Http2Session::fail(Http2Stream& stream) {
    if (!stream.closed) reset(stream, NGHTTP2_INTERNAL_ERROR);
}

void Http2Session::release(Http2Stream& stream) {
    stream.held = false;
    if (stream.closed) erase(stream);
}

void Http2Session::notice_shutdown(SteadyTime now) {
    if (noticed_ || shut_down_ || terminated_) return;
    noticed_ = true;
    notice_ends_ = now + kShutdownNotice;
    nghttp2_submit_shutdown_notice(session_);
    // Its answer says that the peer has seen the notice.
    nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr);
}

void Http2Session::shut_down() {
    if (shut_down_ || terminated_) return;
    shut_down_ = true;
    nghttp2_submit_goaway(session_, NGHTTP2_FLAG_NONE,
                          nghttp2_session_get_last_proc_stream_id(session_), NGHTTP2_NO_ERROR,
                          nullptr, 0);
}

void Http2Session::abandon() {
    terminated_ = true;
    requests_.clear();
    for (auto next = streams_.begin(); next != streams_.end();) {
        auto& stream = *next++;
        if (stream.phase == Http2Stream::Phase::waiting) {
            stream.phase = Http2Stream::Phase::answered;
            if (stream.closed) {
                erase(stream);
                continue;
            }
        }
        if (!stream.closed) close(stream);
    }
}

void Http2Session::expire(SteadyTime now) {
    if (noticed_ && !shut_down_ && now >= notice_ends_) shut_down();
    for (auto& stream : streams_) {
        if (stream.closed) continue;
        if (stream.phase == Http2Stream::Phase::receiving && now >= stream.whole_by) {
            // Nothing else can come before the rest of a header block.
            if (!stream.request.fields_ended()) return terminate(NGHTTP2_PROTOCOL_ERROR);
            refuse(stream, {.status = 408, .detail = "the request took too long to arrive"});
        } else if (stream.left > 0 && is_stalled(stream, now)) {
            reset(stream, NGHTTP2_CANCEL);
        }
    }
}

bool Http2Session::is_stalled(Http2Stream& stream, SteadyTime now) {
    if (stream.turn.is_missed(now, kLongestTurn)) return true;
    if (nghttp2_session_get_stream_remote_window_size(session_, stream.id) > 0 &&
        nghttp2_session_get_remote_window_size(session_) > 0) {
        // It waits for others to be sent.
        stream.shut.begin(now + server_.limits.write_stall);
        return false;
    }
    return stream.shut.is_missed(now, server_.limits.write_stall);
}

bool Http2Session::is_sending() const {
    return std::ranges::any_of(streams_, [](auto const& stream) { return stream.left > 0; });
}

bool Http2Session::owes_answer() const {
    return std::ranges::any_of(streams_, [](auto const& stream) {
        return stream.phase != Http2Stream::Phase::receiving && !stream.complete && !stream.closed;
    });
}

void Http2Session::begin_stream(std::int32_t id) {
    if (streams_.size() >= kMaxHeldStreams) {
        nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_REFUSED_STREAM);
        return;
    }
    Http2Request::Limits const limits{.header_bytes = server_.limits.header_bytes,
                                      .body_bytes = server_.limits.body_bytes};
    auto& stream = streams_.emplace_back(id, limits, steady_now() + server_.limits.request_time);
    stream.self = std::prev(streams_.end());
    nghttp2_session_set_stream_user_data(session_, id, &stream);
}

bool Http2Session::count_field(std::size_t bytes) {
    block_bytes_ += bytes + kFieldOverhead;
    if (block_bytes_ <= kHeaderFloodFactor * server_.limits.header_bytes) return true;
    cut(NGHTTP2_ENHANCE_YOUR_CALM);
    return false;
}

void Http2Session::end_fields(Http2Stream& stream, bool ends) {
    if (stream.request.fields_ended()) return;
    stream.request.end_fields(ends ? Http2Request::BodyFollows::no
                                   : Http2Request::BodyFollows::yes);
    if (auto const& refusal = stream.request.refusal()) return refuse(stream, *refusal);
    if (stream.request.expects_continue()) submit_continue(session_, stream);
}

void Http2Session::add_body(Http2Stream& stream, ByteView bytes) {
    if (stream.phase != Http2Stream::Phase::receiving) return;
    auto const& limit = server_.limits.body_bytes;
    // One that is too large by itself is told so.
    if (stream.request.body_size() + bytes.size() <= limit &&
        body_bytes_ + bytes.size() > kBodiesAtOnce * limit) {
        return reset(stream, NGHTTP2_REFUSED_STREAM);
    }
    auto const before = stream.request.body_size();
    stream.request.add_body(bytes);
    body_bytes_ += stream.request.body_size() - before;
    if (auto const& refusal = stream.request.refusal()) refuse(stream, *refusal);
}

void Http2Session::complete_request(Http2Stream& stream) {
    if (stream.phase != Http2Stream::Phase::receiving) return;
    stream.phase = Http2Stream::Phase::waiting;
    ++server_.counters.requests;
    requests_.push_back(&stream);
}

void Http2Session::refuse(Http2Stream& stream, Refusal const& refusal) {
    if (stream.phase != Http2Stream::Phase::receiving) return;
    ++server_.counters.requests;
    Request const unknown;
    submit(stream, finish(unknown, problem(refusal.status, refusal.detail)));
}

void Http2Session::submit(Http2Stream& stream, FinalResponse response) {
    stream.phase = Http2Stream::Phase::answered;
    stream.status = response.status;
    stream.left = response.body.empty() ? 0 : response.content_length.value_or(0);
    auto const now = steady_now();
    stream.shut.begin(now + server_.limits.write_stall);
    stream.turn.begin(now + kLongestTurn);
    control_.give(kControlPerAnswer);
    prioritised_ = prioritised_ || stream.request.is_prioritised();
    if (!prioritised_ && stream.left <= kUrgentBytes) {
        nghttp2_extpri const urgent{.urgency = kUrgent, .inc = 0};
        nghttp2_session_change_extpri_stream_priority(session_, stream.id, &urgent, 0);
    }
    submit_answer(session_, stream, response);
    stream.body = std::move(response.body);
}

void Http2Session::reset(Http2Stream const& stream, std::uint32_t code) {
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream.id, code);
}

void Http2Session::close(Http2Stream& stream) {
    stream.closed = true;
    if (stream.phase != Http2Stream::Phase::receiving && !stream.complete) {
        ++server_.counters.responses[0];
    }
    // A batch owns what it names.
    stream.body.clear();
    stream.left = 0;
    if (stream.phase == Http2Stream::Phase::answering) abandoned_.push_back(&stream);
    if (!stream.held && stream.phase != Http2Stream::Phase::waiting) erase(stream);
}

void Http2Session::erase(Http2Stream& stream) {
    body_bytes_ -= stream.request.body_size();
    streams_.erase(stream.self);
    if (streams_.empty()) idle_since_ = steady_now();
}

void Http2Session::spend_reset() {
    if (!resets_.take(steady_now())) cut(NGHTTP2_ENHANCE_YOUR_CALM);
}

void Http2Session::spend_control() {
    if (!control_.take(steady_now())) cut(NGHTTP2_ENHANCE_YOUR_CALM);
}

void Http2Session::cut(std::uint32_t code) {
    if (!std::exchange(cut_, true)) cut_code_ = code;
}

void Http2Session::terminate(std::uint32_t code) {
    if (std::exchange(terminated_, true)) return;
    nghttp2_session_terminate_session(session_, code);
}

}  // namespace directfanz::http
