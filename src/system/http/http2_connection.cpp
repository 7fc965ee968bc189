#include "system/http/http2_connection.hpp"

#include "base/log.hpp"
#include "system/http/answer.hpp"
#include "system/http/http2_session.hpp"
#include "system/io/timer.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>

namespace directfanz::http {
namespace {

using io::IoStatus;
using io::Readiness;

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr seconds kLingerTime{2};
/// What a peer may still send after our last frame before we close for good.
constexpr std::size_t kMaxLingerBytes = 1024 * 1024;
/// A peer that reads as fast as we write lets the loop's others have a turn after so much.
constexpr std::size_t kMaxWriteTurn = 1024 * 1024;

/// One a loop's thread: a connection leaves nothing in it when it waits.
std::span<std::uint8_t> read_buffer() {
    thread_local std::array<std::uint8_t, kReadBytes> buffer;
    return buffer;
}

/// Most connections have nothing to write, and the others mostly one after another.
thread_local std::unique_ptr<Http2Outbox> spare_outbox;

std::unique_ptr<Http2Outbox> take_outbox() {
    if (spare_outbox) return std::move(spare_outbox);
    return std::make_unique<Http2Outbox>();
}

void give_back(std::unique_ptr<Http2Outbox> outbox) {
    outbox->clear();
    spare_outbox = std::move(outbox);
}

}  // namespace

/// Shared with every coroutine that it started, the last of which may be destroyed with the loop,
/// after the connection. After ended_ it refers to nothing outside of itself.
class Http2Connection::Core : public std::enable_shared_from_this<Core> {
  public:
    Core(io::ByteStream& stream, ServerContext& server, Peer const& peer)
        : stream_(stream), server_(server), peer_(peer), session_(server) {}

    static io::Task<> run(std::shared_ptr<Core> self, ByteView first_bytes) {
        auto const executor = co_await io::asio::this_coro::executor;
        self->executor_ = executor;
        std::exception_ptr failure;
        try {
            co_await self->serve(first_bytes);
        } catch (...) {
            failure = std::current_exception();
        }
        // The handlers have to end before the connection does, also when it is cancelled.
        co_await io::asio::this_coro::reset_cancellation_state(io::asio::disable_cancellation());
        co_await self->end();
        if (failure) std::rethrow_exception(failure);
    }

    Verdict sweep(SteadyTime now) {
        if (ended_) return Verdict::keep;
        if (lingering_) {
            if (now >= deadline_) stop_reading();
            return Verdict::keep;
        }
        session_.expire(now);
        if (session_.streams() == 0 && now >= session_.idle_since() + server_.limits.idle_time) {
            session_.shut_down();
        }
        if (writing_ && now >= deadline_) stop_reading();
        write_on();
        return Verdict::keep;
    }

    void drain() {
        if (ended_ || lingering_) return;
        session_.notice_shutdown(steady_now());
        write_on();
    }

    bool owes_answer() const {
        return session_.owes_answer() || (outbox_ && !outbox_->completed().empty());
    }

  private:
    /// What runs when a handler or the writer has ended. It names its slot itself, without an
    /// executor, for the reason that io::Scope tells.
    struct Completion {
        using cancellation_slot_type = io::asio::cancellation_slot;

        std::shared_ptr<Core> core;
        /// Null for the writer.
        Http2Stream* stream;

        cancellation_slot_type get_cancellation_slot() const noexcept {
            return stream != nullptr ? stream->cancel.slot() : cancellation_slot_type();
        }
        void operator()(std::exception_ptr const& failure) { core->finished(stream, failure); }
    };

    io::Task<> serve(ByteView first_bytes) {
        if (server_.draining) session_.notice_shutdown(steady_now());
        feed(first_bytes);
        auto wait_for = Readiness::readable;
        for (;;) {
            write();
            if (is_over()) break;
            co_await stream_.ready(wait_for);
            if (is_over()) break;
            auto const buffer = read_buffer();
            auto const outcome = stream_.read(buffer);
            wait_for = Readiness::readable;
            if (outcome.status == IoStatus::would_block) {
                wait_for = outcome.wait_for;
            } else if (outcome.status == IoStatus::done) {
                feed(buffer.first(outcome.bytes));
            } else {
                broken_ = true;
            }
        }
        drop_streams();
        if (!broken_) co_await linger();
    }

    void feed(ByteView bytes) {
        in_turn_ = true;
        session_.feed(bytes);
        start_requests();
        cancel_abandoned();
        in_turn_ = false;
    }

    void start_requests() {
        for (auto* const stream : session_.take_requests()) {
            auto& request = stream->request.request();
            auto client =
                client_of(server_.proxies, peer_.address, peer_.encrypted, request.headers);
            request.remote_address = std::move(client.address);
            request.encrypted = client.encrypted;
            request.connection = peer_.connection;
            ++running_;
            io::asio::co_spawn(executor_.value(), work(shared_from_this(), *stream),
                               Completion{shared_from_this(), stream});
        }
    }

    static io::Task<> work(std::shared_ptr<Core> self, Http2Stream& stream) {
        auto& request = stream.request.request();
        auto response = co_await answer(self->server_.router, request);
        // Without the query: it may hold a token.
        if (log::enabled(log::Level::debug)) {
            log::debug("request", {{"connection", request.connection},
                                   {"stream", stream.id},
                                   {"method", to_string(request.method)},
                                   {"path", request.path},
                                   {"status", response.status},
                                   {"sent", !stream.closed}});
        }
        self->session_.answer(stream, std::move(response));
        self->write_soon();
    }

    void finished(Http2Stream* stream, std::exception_ptr const& failure) {
        --running_;
        if (stream != nullptr) {
            if (failure && !ended_) session_.fail(*stream);
            session_.release(*stream);
        }
        if (failure) write_soon();
        if (running_ == 0 && all_finished_) all_finished_->cancel();
    }

    void cancel_abandoned() {
        for (auto* const stream : session_.take_abandoned()) {
            stream->cancel.emit(io::asio::cancellation_type::all);
        }
    }

    /// Handlers that are woken together are answered in one write.
    void write_soon() {
        if (in_turn_ || ended_ || std::exchange(write_posted_, true)) return;
        io::asio::post(executor_.value(), [weak = weak_from_this()] {
            auto const self = weak.lock();
            if (!self) return;
            self->write_posted_ = false;
            if (!self->ended_) self->write_on();
        });
    }

    /// Writes from outside of serve(), which is told when there is nothing left for it to wait for.
    void write_on() {
        write();
        if (is_over() && !lingering_) stream_.cancel();
    }

    /// Writes what there is, as far as the peer takes it at once; the rest follows by itself.
    void write() {
        if (writing_ || broken_) return;
        auto const wait_for = write_turn();
        if (!wait_for) return;
        writing_ = true;
        ++running_;
        io::asio::co_spawn(executor_.value(), keep_writing(shared_from_this(), *wait_for),
                           Completion{shared_from_this(), nullptr});
    }

    static io::Task<> keep_writing(std::shared_ptr<Core> self, Readiness first) {
        std::optional<Readiness> wait_for = first;
        while (wait_for && !self->ended_) {
            co_await self->stream_.ready(*wait_for);
            if (self->ended_ || self->broken_) break;
            wait_for = self->write_turn();
        }
        self->writing_ = false;
        if (!self->ended_ && self->is_over()) self->stream_.cancel();
    }

    /// What to wait for before there can be more, or nothing if all is written.
    std::optional<Readiness> write_turn() {
        auto const wait_for = write_batches();
        cancel_abandoned();
        if (wait_for) deadline_ = steady_now() + server_.limits.write_stall;
        return wait_for;
    }

    std::optional<Readiness> write_batches() {
        std::size_t turn = 0;
        while (turn < kMaxWriteTurn) {
            if (!outbox_) {
                outbox_ = take_outbox();
                session_.pack(*outbox_);
            }
            if (outbox_->empty()) {
                give_back(std::move(outbox_));
                return std::nullopt;
            }
            auto const outcome = stream_.write(outbox_->parts());
            if (outcome.status == IoStatus::would_block) return outcome.wait_for;
            if (outcome.status != IoStatus::done) {
                broken_ = true;
                return std::nullopt;
            }
            server_.counters.bytes_sent += outcome.bytes;
            turn += outcome.bytes;
            outbox_->advance(outcome.bytes);
            if (!outbox_->empty()) continue;
            for (auto const status : outbox_->completed()) count(status);
            give_back(std::move(outbox_));
        }
        return Readiness::writable;
    }

    void count(unsigned status) { ++server_.counters.responses[std::min(status / 100, 5U)]; }

    bool is_over() const { return broken_ || (!outbox_ && session_.is_over()); }

    void stop_reading() {
        broken_ = true;
        stream_.cancel();
    }

    /// Nobody waits for their answers any more.
    void drop_streams() {
        session_.abandon();
        cancel_abandoned();
    }

    /// Lets the peer read our last frames before the connection goes: closing with unread input
    /// would reset it.
    io::Task<> linger() {
        stream_.finish_writing();
        lingering_ = true;
        deadline_ = steady_now() + kLingerTime;
        std::size_t discarded = 0;
        while (!broken_ && discarded < kMaxLingerBytes) {
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

    io::Task<> end() {
        ended_ = true;
        drop_streams();
        stream_.cancel();
        if (outbox_) {
            server_.counters.responses[0] += outbox_->completed().size();
            give_back(std::move(outbox_));
        }
        if (running_ > 0) {
            all_finished_.emplace(executor_.value(), SteadyTime::max());
            boost::system::error_code ignored;
            co_await all_finished_->async_wait(io::asio::redirect_error(io::awaiting, ignored));
            all_finished_.reset();
        }
        stream_.close();
    }

    io::ByteStream& stream_;
    ServerContext& server_;
    Peer const& peer_;
    Http2Session session_;
    std::optional<io::Executor> executor_;
    /// The batch that the kernel has not taken yet.
    std::unique_ptr<Http2Outbox> outbox_;
    /// Handlers, and the coroutine that writes while the peer is slow.
    std::size_t running_ = 0;
    /// Cancelled when none is left.
    std::optional<io::SteadyTimer> all_finished_;
    /// While writing_, for the peer to take some bytes; while lingering_, for its end.
    SteadyTime deadline_;
    bool in_turn_ = false;
    bool write_posted_ = false;
    bool writing_ = false;
    bool lingering_ = false;
    bool broken_ = false;
    bool ended_ = false;
};

Http2Connection::Http2Connection(io::ByteStream& stream, ServerContext& server, Peer const& peer)
    : core_(std::make_shared<Core>(stream, server, peer)) {}

Http2Connection::~Http2Connection() = default;

io::Task<> Http2Connection::run(ByteView first_bytes) {
    return Core::run(core_, first_bytes);
}

Connection::Verdict Http2Connection::sweep(SteadyTime now) {
    return core_->sweep(now);
}

void Http2Connection::close_if_idle() {
    core_->drain();
}

bool Http2Connection::owes_answer() const {
    return core_->owes_answer();
}

}  // namespace directfanz::http
