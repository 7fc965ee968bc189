#include "load/http1_transport.hpp"

#include "load/gunzip.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include <fmt/format.h>
#include <strings.h>
#include <sys/epoll.h>

namespace directfanz::load {
namespace {

/// Room for the head; of a long body it takes little along, which would have to be copied.
constexpr std::size_t kHeadBytes = 1024;
constexpr std::size_t kMaxHead = 16 * 1024;
constexpr std::size_t kBodyBytes = 64 * 1024;

/// The field's value; nothing where `line` is another field.
std::optional<std::string_view> value_of(std::string_view line, std::string_view name) {
    if (line.size() <= name.size() || line[name.size()] != ':') return std::nullopt;
    if (::strncasecmp(line.data(), name.data(), name.size()) != 0) return std::nullopt;
    auto value = line.substr(name.size() + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    return value;
}

}  // namespace

std::optional<ResponseHead> ResponseHead::parse(std::string_view bytes) {
    constexpr std::string_view kVersion = "HTTP/1.1 ";
    auto const end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) return std::nullopt;
    ResponseHead head{.size = end + 4};
    if (!bytes.starts_with(kVersion)) throw std::runtime_error("this is no HTTP/1.1 response");
    auto const status = bytes.substr(kVersion.size(), 3);
    std::from_chars(status.data(), status.data() + status.size(), head.status);
    auto has_length = false;
    for (auto rest = bytes.substr(0, end + 2); !rest.empty();) {
        auto const line_end = rest.find("\r\n");
        auto const line = rest.substr(0, line_end);
        rest.remove_prefix(line_end + 2);
        if (auto const length = value_of(line, "Content-Length")) {
            has_length = true;
            std::from_chars(length->data(), length->data() + length->size(), head.content_length);
        } else if (auto const coding = value_of(line, "Content-Encoding")) {
            head.gzip = *coding == "gzip";
        }
    }
    if (!has_length) throw std::runtime_error("a response without Content-Length");
    return head;
}

Http1Transport::Http1Transport(Poller& poller, Address const& address, std::size_t number,
                               TlsClient* tls)
    : poller_(poller), channel_(address, number, tls) {
    channel_.make_non_blocking();
    poller_.watch(channel_.descriptor(), EPOLLIN, *this);
}

void Http1Transport::get(Resource const& resource, Viewer& viewer) {
    if (lost_) return;
    viewer_ = &viewer;
    reading_ = Reading::head;
    kept_.clear();
    if (!channel_.send(resource.http1_request)) lose();
}

void Http1Transport::on_events(std::uint32_t events) {
    if (lost_) return;
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) return lose();
    auto more = true;
    while (more && !lost_) more = reading_ == Reading::head ? read_head() : read_body();
}

bool Http1Transport::read_head() {
    std::array<char, kHeadBytes> buffer;
    auto const got = channel_.receive(buffer);
    if (got == 0) lose();
    if (got <= 0) return false;
    std::string_view const bytes(buffer.data(), static_cast<std::size_t>(got));
    // Mostly the whole head comes at once.
    if (kept_.empty()) {
        take_head(bytes);
    } else {
        take_head(kept_.append(bytes));
    }
    if (reading_ == Reading::head) return true;
    return body_left_ == 0 ? finish() : true;
}

void Http1Transport::take_head(std::string_view bytes) {
    auto const head = ResponseHead::parse(bytes);
    if (!head) {
        if (bytes.size() > kMaxHead) throw std::runtime_error("a response head without an end");
        kept_ = std::string(bytes);
        return;
    }
    head_ = *head;
    auto const body = bytes.substr(head_.size);
    if (body.size() > head_.content_length)
        throw std::runtime_error("more came than was asked for");
    body_left_ = head_.content_length - body.size();
    reading_ = Reading::body;
    keep_ = viewer_ != nullptr && viewer_->wants_body();
    kept_ = keep_ ? std::string(body) : std::string();
}

bool Http1Transport::read_body() {
    std::array<char, kBodyBytes> buffer;
    std::span const room(buffer);
    auto const got =
        keep_ ? channel_.receive(room.first(std::min<std::size_t>(body_left_, kBodyBytes)))
              : channel_.discard(body_left_, room);
    if (got == 0) lose();
    if (got <= 0) return false;
    if (keep_) kept_.append(buffer.data(), static_cast<std::size_t>(got));
    body_left_ -= static_cast<std::uint64_t>(got);
    return body_left_ == 0 ? finish() : channel_.may_hold_more();
}

bool Http1Transport::finish() {
    std::string body;
    if (keep_) body = head_.gzip ? gunzip(kept_) : std::move(kept_);
    auto* const viewer = viewer_;
    viewer_ = nullptr;
    reading_ = Reading::head;
    kept_.clear();
    if (viewer != nullptr) {
        viewer->answered({.status = head_.status,
                          .bytes = head_.content_length,
                          .body = body,
                          .at = steady_now()});
    }
    return false;
}

void Http1Transport::lose() {
    lost_ = true;
    poller_.forget(channel_.descriptor());
}

std::string fetch(Address const& address, std::string const& path, TlsClient* tls) {
    Channel channel(address, 0, tls);
    auto const authority = fmt::format("{}:{}", address.host, address.port);
    if (!channel.send(Board::resource(authority, path).http1_request))
        throw std::runtime_error("the server has closed the connection");
    std::string heard;
    std::optional<ResponseHead> head;
    std::array<char, kBodyBytes> buffer;
    while (!head || heard.size() < head->size + head->content_length) {
        auto const got = channel.receive(buffer);
        if (got <= 0) break;
        heard.append(buffer.data(), static_cast<std::size_t>(got));
        if (!head) head = ResponseHead::parse(heard);
    }
    if (!head || head->status != 200)
        throw std::runtime_error(
            fmt::format("{} was answered with {}", path, head ? head->status : 0));
    auto body = heard.substr(head->size);
    return head->gzip ? gunzip(body) : body;
}

}  // namespace directfanz::load
