#include "load/rtmp_publisher.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <stdexcept>
#include <string_view>

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace directfanz::load {
namespace {

constexpr std::size_t kHandshake = 1536;
constexpr std::uint8_t kSetChunkSize = 1;
constexpr std::uint8_t kCommand = 20;
constexpr std::uint8_t kCommandChunks = 3;
constexpr seconds kPatience{10};
/// So much unsent media, and the server does not keep up.
constexpr std::size_t kMaxBacklog = 4 * 1024 * 1024;

// AMF 0 (2.2 to 2.5), as much as three commands need.
void put_text(Bytes& out, std::string_view text) {
    out.push_back(static_cast<std::uint8_t>(text.size() >> 8));
    out.push_back(static_cast<std::uint8_t>(text.size()));
    out.insert(out.end(), text.begin(), text.end());
}

void put_string(Bytes& out, std::string_view text) {
    out.push_back(2);
    put_text(out, text);
}

void put_number(Bytes& out, double number) {
    out.push_back(0);
    auto const bits = std::bit_cast<std::uint64_t>(number);
    for (int shift = 56; shift >= 0; shift -= 8)
        out.push_back(static_cast<std::uint8_t>(bits >> shift));
}

Bytes command(std::string_view name, double transaction) {
    Bytes out;
    put_string(out, name);
    put_number(out, transaction);
    return out;
}

constexpr std::uint8_t kNull = 5;

}  // namespace

RtmpPublisher::RtmpPublisher(Poller& poller, Address const& address, std::string const& path,
                             FlvScript const& script)
    : poller_(poller), script_(script), descriptor_(connect_to(address, 0)) {
    timeval const patience{.tv_sec = kPatience.count(), .tv_usec = 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    shake_hands();
    publish(address, path);
    make_non_blocking(descriptor_);
    poller_.watch(descriptor_, EPOLLIN, *this);
}

RtmpPublisher::~RtmpPublisher() {
    close_at_once(descriptor_);
}

void RtmpPublisher::shake_hands() {
    Bytes first(1 + kHandshake);
    first.front() = 3;
    send_all(descriptor_, first);
    hear({}, 1 + 2 * kHandshake);
    // C2 is S1 again (5.2.4).
    send_all(descriptor_, as_bytes(heard_).subspan(1, kHandshake));
    Bytes const size{0, 0, kChunkSize >> 8, kChunkSize & 0xFF};
    send_all(descriptor_, chunked(kSetChunkSize, 2, 0, size));
    heard_.clear();
}

void RtmpPublisher::publish(Address const& address, std::string const& path) {
    auto const slash = path.find('/');
    if (slash == std::string::npos) throw std::runtime_error("the path has to be APP/KEY");
    auto const app = path.substr(0, slash);

    auto connect = command("connect", 1);
    connect.push_back(3);
    put_text(connect, "app");
    put_string(connect, app);
    put_text(connect, "type");
    put_string(connect, "nonprivate");
    put_text(connect, "flashVer");
    put_string(connect, "FMLE/3.0 (compatible; directfanz bench)");
    put_text(connect, "tcUrl");
    put_string(connect, fmt::format("rtmp://{}:{}/{}", address.host, address.port, app));
    connect.insert(connect.end(), {0, 0, 9});
    send_all(descriptor_, chunked(kCommand, kCommandChunks, 0, connect));

    auto create = command("createStream", 2);
    create.push_back(kNull);
    send_all(descriptor_, chunked(kCommand, kCommandChunks, 0, create));

    auto publish = command("publish", 3);
    publish.push_back(kNull);
    put_string(publish, path.substr(slash + 1));
    put_string(publish, "live");
    send_all(descriptor_, chunked(kCommand, kCommandChunks, 1, publish));
    hear("NetStream.Publish.Start", 0);
    for (auto const& message : script_.opening) send_all(descriptor_, message.bytes);
}

void RtmpPublisher::hear(std::string_view wanted, std::size_t bytes) {
    std::array<char, 4096> buffer;
    while (heard_.size() < bytes || heard_.find(wanted) == std::string::npos) {
        auto const got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
        if (got <= 0) throw std::runtime_error("the server did not take the publisher");
        heard_.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

void RtmpPublisher::start(SteadyTime time) {
    round_began_ = time;
    poller_.at(next_time(), [this] { send_due(); });
}

SteadyTime RtmpPublisher::next_time() const {
    return round_began_ + script_.frames[next_].time;
}

void RtmpPublisher::send_due() {
    while (!lost_ && next_time() <= poller_.now()) {
        latest_ = std::max(latest_, poller_.now() - next_time());
        send_frame(script_.frames[next_]);
        if (++next_ < script_.frames.size()) continue;
        next_ = 0;
        round_began_ += script_.length;
        round_ += script_.length;
    }
    if (!lost_) poller_.at(next_time(), [this] { send_due(); });
}

void RtmpPublisher::send_frame(Message const& message) {
    auto const before = backlog_.size();
    backlog_.insert(backlog_.end(), message.bytes.begin(), message.bytes.end());
    auto const copy = std::span(backlog_).subspan(before);
    Message::set_timestamp(copy, message.time + round_);
    if (message.stamp > 0) {
        auto const digits = fmt::format("{:0{}}", pictures_sent_.size(), kStampDigits);
        std::ranges::copy(digits, copy.begin() + static_cast<std::ptrdiff_t>(message.stamp));
    }
    if (before == 0) write();
    if (message.stamp > 0) pictures_sent_.push_back(steady_now());
    if (backlog_.size() > kMaxBacklog) lost_ = true;
}

void RtmpPublisher::write() {
    auto const sent = ::send(descriptor_, backlog_.data(), backlog_.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        lost_ = true;
        return;
    }
    if (sent > 0) {
        bytes_sent_ += static_cast<std::uint64_t>(sent);
        backlog_.erase(backlog_.begin(), backlog_.begin() + sent);
    }
    auto const had_to_wait = !backlog_.empty();
    if (had_to_wait == waiting_) return;
    waiting_ = had_to_wait;
    poller_.rewatch(descriptor_, waiting_ ? EPOLLIN | EPOLLOUT : EPOLLIN, *this);
}

void RtmpPublisher::on_events(std::uint32_t events) {
    if (lost_) return;
    if ((events & EPOLLIN) != 0) {
        std::array<char, 4096> ignored;
        auto const got = ::recv(descriptor_, ignored.data(), ignored.size(), 0);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) lost_ = true;
    }
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) lost_ = true;
    if (!lost_ && (events & EPOLLOUT) != 0) write();
    // A level-triggered descriptor that is at its end would be reported for ever.
    if (lost_) poller_.forget(descriptor_);
}

}  // namespace directfanz::load
