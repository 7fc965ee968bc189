#include "media/ingest/rtmp/connection.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/redirect_error.hpp>

namespace directfanz::rtmp {
namespace {

/// Before it publishes, a peer has nothing to say that is longer; and what waits for the decision
/// stays small.
constexpr std::size_t kReceiveBeforePublish = 8 * 1024;
/// Receives in a row before other connections of the loop have their turn.
constexpr int kReceivesInARow = 4;
/// More than any encoder makes: a number that means something else.
constexpr double kMaxClaimedKilobits = 1'000'000;

}  // namespace

Connection::Connection(std::shared_ptr<Shard> shard, std::unique_ptr<io::ByteStream> stream,
                       Origin origin, std::uint64_t id)
    : shard_(std::move(shard)),
      stream_(std::move(stream)),
      id_(id),
      origin_(std::move(origin)),
      context_{{"connection", id_}, {"remote", origin_.address}},
      session_(*this),
      now_(steady_now()),
      publish_deadline_(now_ + shard_->settings().publish_time) {
    if (!origin_.proxy.empty()) context_.push_back({"proxy", origin_.proxy});
}

Connection::~Connection() = default;

io::Task<> Connection::run(std::shared_ptr<Connection> self) {
    try {
        if (!self->greeted_) co_await self->shake_hands();
        while (!self->closed_) {
            if (self->asked_) {
                auto const moved = co_await self->decide();
                if (moved) co_return;
                continue;
            }
            co_await self->stream_->ready(self->read_waits_);
            if (self->closed_) break;
            self->receive();
        }
    } catch (std::exception const& e) {
        log::error("connection_failed", {{"error", e.what()}}, self->context_);
    }
    self->finish(ingest::EndReason::lost, "connection closed");
    self->close();
    self->shard_->remove(self);
}

io::Task<> Connection::shake_hands() {
    while (!closed_) {
        auto const outcome = stream_->handshake();
        if (outcome.status == io::IoStatus::done) {
            greeted_ = true;
            // The server may have begun to drain meanwhile.
            if (shard_->draining()) close();
            co_return;
        }
        if (outcome.status != io::IoStatus::would_block) {
            close();
            co_return;
        }
        co_await stream_->ready(outcome.wait_for);
    }
}

void Connection::receive() {
    auto& buffer = shard_->receive_buffer();
    for (int i = 0; i < kReceivesInARow && !closed_ && !asked_; ++i) {
        auto const room = session_.publishing() ? buffer.size() : kReceiveBeforePublish;
        auto const outcome = stream_->read(std::span(buffer).first(room));
        read_waits_ = outcome.wait_for;
        if (outcome.status == io::IoStatus::would_block) return;
        if (outcome.status != io::IoStatus::done) {
            close();
            return;
        }
        if (!farewell_) feed(ByteView(buffer).first(outcome.bytes));
        if (outcome.bytes < room) return;
    }
}

void Connection::feed(ByteView bytes) {
    now_ = steady_now();
    auto const fed = session_.feed(bytes);
    if (!fed) {
        log::info("protocol_error", {{"reason", fed.error().message}}, context_);
        finish(ingest::EndReason::lost, "protocol error");
        session_.stop(fed.error());
    }
    flush();
}

void Connection::flush() {
    if (closed_) return;
    auto const output = session_.take_output();
    outbox_.insert(outbox_.end(), output.begin(), output.end());
    if (!outbox_.empty() && !writing_) {
        if (!write_some()) {
            close();
            return;
        }
        if (!outbox_.empty()) {
            writing_ = true;
            shard_->scope().spawn(write(shared_from_this()));
        }
    }
    if (outbox_.size() > shard_->settings().write_backlog) {
        log::info("peer_reads_nothing", {}, context_);
        close();
        return;
    }
    if (session_.closing()) linger();
}

bool Connection::write_some() {
    std::array<iovec, 1> const parts{{{.iov_base = outbox_.data(), .iov_len = outbox_.size()}}};
    auto const outcome = stream_->write(parts);
    if (outcome.status == io::IoStatus::would_block) {
        write_waits_ = outcome.wait_for;
        return true;
    }
    if (outcome.status != io::IoStatus::done) return false;
    write_waits_ = io::Readiness::writable;
    outbox_.erase(outbox_.begin(), outbox_.begin() + static_cast<std::ptrdiff_t>(outcome.bytes));
    return true;
}

io::Task<> Connection::write(std::shared_ptr<Connection> self) {
    while (!self->outbox_.empty() && !self->closed_) {
        co_await self->stream_->ready(self->write_waits_);
        if (self->closed_ || !self->write_some()) break;
    }
    self->writing_ = false;
    if (self->written_) self->written_->cancel();
    if (!self->outbox_.empty()) {
        self->close();
    } else if (self->session_.closing() && !self->closed_) {
        self->linger();
    }
}

// Closing a socket with unread bytes in it resets the connection, and the farewell is lost on its
// way. So: no more from us, then read what comes until the peer closes, or for a moment.
void Connection::linger() {
    finish(ingest::EndReason::lost, "stopped");
    if (!farewell_) {
        farewell_ = true;
        linger_deadline_ = steady_now() + shard_->settings().linger_time;
    }
    if (outbox_.empty()) stream_->finish_writing();
}

void Connection::close() {
    if (closed_) return;
    closed_ = true;
    stream_->close();
}

void Connection::stop(Error const& reason) {
    if (closed_ || farewell_) return;
    if (!greeted_) {
        close();
        return;
    }
    // While the target decides, the answer is not ours; decide() looks at `draining` after it.
    if (session_.waiting() && asked_) return;
    finish(ingest::EndReason::lost, reason.message);
    session_.stop(reason);
    flush();
}

void Connection::check_deadlines(SteadyTime now) {
    if (closed_) return;
    auto const& settings = shard_->settings();
    if (farewell_) {
        if (now >= linger_deadline_) close();
    } else if (session_.publishing()) {
        if (now - last_media_ >= settings.idle_time) {
            stop({ErrorKind::timeout, "rtmp", "No picture or sound came for too long."});
        } else if (now - std::max(last_media_, last_ping_) >= settings.ping_interval) {
            last_ping_ = now;
            auto const ms = std::chrono::duration_cast<milliseconds>(now.time_since_epoch());
            session_.ping(static_cast<std::uint32_t>(ms.count()));
            flush();
        }
    } else if (!(session_.waiting() && asked_) && now >= publish_deadline_) {
        log::debug("publish_timeout", {}, context_);
        stop({ErrorKind::timeout, "rtmp", "The connection did not begin to publish in time."});
    }
}

void Connection::on_publish(PublishCommand command) {
    asked_ = std::move(command);
}

io::Task<bool> Connection::decide() {
    auto const encoder = asked_->encoder;
    ingest::PublishRequest request{.app = std::move(asked_->app),
                                   .stream_key = std::move(asked_->stream_key),
                                   .remote_address = origin_.address,
                                   .connection = id_,
                                   .encoder = encoder};
    auto opened = co_await shard_->shared().target.open(std::move(request));
    asked_.reset();
    if (closed_) co_return false;
    if (!opened) {
        log::info("publish_refused",
                  {{"reason", opened.error().message}, {"kind", to_string(opened.error().kind)}},
                  context_);
        session_.reject_publish(opened.error());
        flush();
        co_return false;
    }
    auto publication = std::move(*opened);
    // The writer belongs to this loop: it ends first.
    co_await write_out();
    // Dropped, not finished: it may live on another loop, and is let go there.
    if (closed_ || farewell_) co_return false;
    context_.push_back({"stream", publication->stream()});
    log::info("publish_accepted", {{"encoder", encoder}}, context_);
    if (&publication->loop() != &shard_->loop()) co_return move(std::move(publication));
    start(std::move(publication));
    co_return false;
}

io::Task<> Connection::write_out() {
    if (!writing_) co_return;
    publish_deadline_ = steady_now() + shard_->settings().publish_time;
    written_.emplace(shard_->loop().executor(), SteadyTime::max());
    boost::system::error_code ended;
    co_await written_->async_wait(io::asio::redirect_error(io::awaiting, ended));
    written_.reset();
}

bool Connection::move(std::shared_ptr<ingest::Publication> publication) {
    auto& loop = publication->loop();
    auto const& shards = shard_->shared().shards;
    auto const found = std::ranges::find_if(
        shards, [&loop](std::shared_ptr<Shard> const& s) { return &s->loop() == &loop; });
    if (found == shards.end()) {
        close();
        return false;
    }
    auto const self = shared_from_this();
    stream_->detach();
    shard_->remove(self);
    auto const& next = *found;
    next->loop().post([self, next, publication = std::move(publication)]() mutable {
        self->shard_ = next;
        self->stream_->attach(next->loop());
        next->add(self);
        self->start(std::move(publication));
        next->scope().spawn(run(self));
    });
    return true;
}

void Connection::start(std::shared_ptr<ingest::Publication> publication) {
    publication_ = std::move(publication);
    now_ = started_ = last_media_ = steady_now();
    frames_ = 0;
    origin_.place.reset();
    input_.emplace(*publication_, context_);
    // The owner may call while it is in the middle of something: answer later.
    auto on_stop = [weak = weak_from_this(), &loop = shard_->loop()](Error const& reason) {
        loop.post([weak, reason] {
            if (auto const self = weak.lock()) self->stop(reason);
        });
    };
    publication_->on_stop(std::move(on_stop));
    auto probe = [weak = weak_from_this()]() -> std::optional<microseconds> {
        auto const self = weak.lock();
        return self ? self->stream_->round_trip() : std::nullopt;
    };
    publication_->on_probe(std::move(probe));
    stream_->take_time();
    session_.accept_publish();
    if (shard_->draining()) {
        stop({ErrorKind::unavailable, "rtmp",
              "The server is restarting. Connect again in a moment."});
        return;
    }
    feed({});
}

void Connection::on_metadata(amf0::Value const& properties) {
    log::debug("metadata",
               {{"encoder", properties["encoder"].text().substr(0, kMaxEncoderName)},
                {"width", properties["width"].number()},
                {"height", properties["height"].number()}},
               context_);
    // In kbit/s; an encoder that keeps to a quality instead tells none, or 0.
    auto const kilobits = properties["videodatarate"].number();
    if (publication_ && kilobits >= 1 && kilobits <= kMaxClaimedKilobits)
        publication_->claim_video_bitrate(static_cast<std::uint32_t>(kilobits) * 1'000);
}

void Connection::on_media(MediaKind kind, std::uint32_t timestamp, Blob body) {
    if (!input_) return;
    last_media_ = now_;
    ++frames_;
    auto const taken = input_->take(kind, timestamp, body, now_);
    if (taken) return;
    log::info("media_refused", {{"reason", taken.error().message}}, context_);
    session_.stop(taken.error());
}

void Connection::on_unpublish() {
    finish(ingest::EndReason::unpublished, "unpublished");
    if (origin_.counted) {
        origin_.place = shard_->shared().waiting.enter_anyway(*origin_.counted);
    }
    publish_deadline_ = now_ + shard_->settings().publish_time;
}

void Connection::finish(ingest::EndReason reason, std::string_view why) {
    if (!publication_) return;
    auto const publication = std::exchange(publication_, nullptr);
    input_.reset();
    auto const lasted = std::chrono::duration_cast<milliseconds>(steady_now() - started_);
    log::info("publish_ended", {{"reason", why}, {"ms", lasted.count()}, {"frames", frames_}},
              context_);
    // The next publish on this connection may be another stream's.
    std::erase_if(context_, [](log::Field const& field) { return field.name == "stream"; });
    publication->finish(reason);
}

}  // namespace directfanz::rtmp
