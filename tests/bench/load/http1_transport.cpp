#include "load/http1_transport.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <stdexcept>

#include <fmt/format.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <zlib.h>

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

std::string gunzip(std::string_view bytes) {
    z_stream stream{};
    // 16 more than the window's bits: gzip.
    if (::inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) throw std::runtime_error("zlib failed");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string out;
    auto status = Z_OK;
    while (status == Z_OK) {
        std::array<char, 16 * 1024> buffer;
        stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
        stream.avail_out = buffer.size();
        status = ::inflate(&stream, Z_NO_FLUSH);
        out.append(buffer.data(), buffer.size() - stream.avail_out);
    }
    ::inflateEnd(&stream);
    if (status != Z_STREAM_END) throw std::runtime_error("a body that is no gzip");
    return out;
}

Http1Transport::Http1Transport(Poller& poller, Address const& address, std::size_t number)
    : poller_(poller), descriptor_(connect_to(address, number)) {
    make_non_blocking(descriptor_);
    poller_.watch(descriptor_, EPOLLIN, *this);
}

Http1Transport::~Http1Transport() {
    close_at_once(descriptor_);
}

void Http1Transport::get(Resource const& resource, Viewer& viewer) {
    if (lost_) return;
    viewer_ = &viewer;
    reading_ = Reading::head;
    kept_.clear();
    auto const& request = resource.http1_request;
    auto const sent = ::send(descriptor_, request.data(), request.size(), MSG_NOSIGNAL);
    // One small request at a time always finds room.
    if (sent != static_cast<ssize_t>(request.size())) lose();
}

void Http1Transport::on_events(std::uint32_t events) {
    if (lost_) return;
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) return lose();
    auto more = true;
    while (more && !lost_) more = reading_ == Reading::head ? read_head() : read_body();
}

bool Http1Transport::read_head() {
    std::array<char, kHeadBytes> buffer;
    auto const got = ::recv(descriptor_, buffer.data(), buffer.size(), 0);
    if (got <= 0) {
        if (got == 0 || errno != EAGAIN) lose();
        return false;
    }
    std::string_view const bytes(buffer.data(), static_cast<std::size_t>(got));
    // Mostly the whole head comes at once.
    if (kept_.empty()) {
        take_head(bytes);
    } else {
        take_head(kept_.append(bytes));
    }
    if (reading_ == Reading::head) return false;
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
    // TCP drops what is read with MSG_TRUNC (tcp(7)): the buffer is not touched.
    auto const most = keep_ ? std::min<std::uint64_t>(body_left_, buffer.size()) : body_left_;
    auto const got = ::recv(descriptor_, buffer.data(), most, keep_ ? 0 : MSG_TRUNC);
    if (got <= 0) {
        if (got == 0 || errno != EAGAIN) lose();
        return false;
    }
    if (keep_) kept_.append(buffer.data(), static_cast<std::size_t>(got));
    body_left_ -= static_cast<std::uint64_t>(got);
    return body_left_ == 0 && finish();
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
    poller_.forget(descriptor_);
}

std::string fetch(Address const& address, std::string const& path) {
    auto const descriptor = connect_to(address, 0);
    auto const authority = fmt::format("{}:{}", address.host, address.port);
    send_all(descriptor, as_bytes(Board::resource(authority, path).http1_request));
    std::string heard;
    std::optional<ResponseHead> head;
    std::array<char, kBodyBytes> buffer;
    while (!head || heard.size() < head->size + head->content_length) {
        auto const got = ::recv(descriptor, buffer.data(), buffer.size(), 0);
        if (got <= 0) break;
        heard.append(buffer.data(), static_cast<std::size_t>(got));
        if (!head) head = ResponseHead::parse(heard);
    }
    close_at_once(descriptor);
    if (!head || head->status != 200)
        throw std::runtime_error(
            fmt::format("{} was answered with {}", path, head ? head->status : 0));
    auto body = heard.substr(head->size);
    return head->gzip ? gunzip(body) : body;
}

}  // namespace directfanz::load
