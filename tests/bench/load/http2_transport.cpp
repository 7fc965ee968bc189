#include "load/http2_transport.hpp"

#include "load/gunzip.hpp"

#include <array>
#include <charconv>
#include <stdexcept>

#include <fmt/format.h>
#include <nghttp2/nghttp2.h>
#include <sys/epoll.h>

namespace directfanz::load {
namespace {

/// As Chromium: flow control never holds a part up.
constexpr std::uint32_t kStreamWindow = 6 * 1024 * 1024;
constexpr std::int32_t kConnectionWindow = 15 * 1024 * 1024;
constexpr std::size_t kReceiveBytes = 64 * 1024;

nghttp2_nv field(std::string_view name, std::string_view value) {
    auto const bytes = [](std::string_view text) {
        return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
    };
    return {.name = bytes(name),
            .value = bytes(value),
            .namelen = name.size(),
            .valuelen = value.size(),
            .flags = NGHTTP2_NV_FLAG_NONE};
}

std::string_view text(std::uint8_t const* bytes, std::size_t size) {
    return {reinterpret_cast<char const*>(bytes), size};
}

}  // namespace

struct Http2Transport::Callbacks {
    static Exchange* find(void* self, std::int32_t stream) {
        auto& exchanges = static_cast<Http2Transport*>(self)->exchanges_;
        auto const found = exchanges.find(stream);
        return found == exchanges.end() ? nullptr : &found->second;
    }

    static int on_header(nghttp2_session*, nghttp2_frame const* frame, std::uint8_t const* name,
                         std::size_t name_size, std::uint8_t const* value, std::size_t value_size,
                         std::uint8_t, void* self) {
        auto* const exchange = find(self, frame->hd.stream_id);
        if (exchange == nullptr) return 0;
        auto const written = text(value, value_size);
        if (text(name, name_size) == ":status") {
            std::from_chars(written.data(), written.data() + written.size(), exchange->status);
            exchange->keep = exchange->viewer->wants_body();
        } else if (text(name, name_size) == "content-encoding") {
            exchange->gzip = written == "gzip";
        }
        return 0;
    }

    static int on_data(nghttp2_session*, std::uint8_t, std::int32_t stream,
                       std::uint8_t const* data, std::size_t size, void* self) {
        auto* const exchange = find(self, stream);
        if (exchange == nullptr) return 0;
        exchange->bytes += size;
        if (exchange->keep) exchange->kept += text(data, size);
        return 0;
    }

    static int on_close(nghttp2_session*, std::int32_t stream, std::uint32_t, void* self) {
        static_cast<Http2Transport*>(self)->finish(stream);
        return 0;
    }
};

Http2Transport::Http2Transport(Poller& poller, Address const& address, std::size_t number,
                               TlsClient* tls)
    : poller_(poller),
      channel_(address, number, tls),
      authority_(fmt::format("{}:{}", address.host, address.port)),
      scheme_(tls == nullptr ? "http" : "https") {
    nghttp2_session_callbacks* callbacks = nullptr;
    if (::nghttp2_session_callbacks_new(&callbacks) != 0)
        throw std::runtime_error("nghttp2 failed");
    ::nghttp2_session_callbacks_set_on_header_callback(callbacks, Callbacks::on_header);
    ::nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, Callbacks::on_data);
    ::nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, Callbacks::on_close);
    auto const made = ::nghttp2_session_client_new(&session_, callbacks, this);
    ::nghttp2_session_callbacks_del(callbacks);
    if (made != 0) throw std::runtime_error("nghttp2 failed");
    std::array const settings{
        nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, kStreamWindow}};
    ::nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings.data(), settings.size());
    ::nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
    channel_.make_non_blocking();
    poller_.watch(channel_.descriptor(), EPOLLIN, *this);
}

Http2Transport::~Http2Transport() {
    ::nghttp2_session_del(session_);
}

void Http2Transport::get(Resource const& resource, Viewer& viewer) {
    if (lost_) return;
    std::array const fields{
        field(":method", "GET"),
        field(":scheme", scheme_),
        field(":authority", authority_),
        field(":path", resource.path),
        field("user-agent",
              "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
              "Chrome/140.0.0.0 Safari/537.36"),
        field("accept", "*/*"),
        field("accept-encoding", "gzip, deflate"),
        field("accept-language", "en-GB,en;q=0.9"),
    };
    auto const stream =
        ::nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(), nullptr, nullptr);
    if (stream < 0) return lose();
    exchanges_[stream].viewer = &viewer;
    if (!handling_) flush();
}

void Http2Transport::on_events(std::uint32_t events) {
    if (lost_) return;
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) return lose();
    handling_ = true;
    receive();
    handling_ = false;
    if (!lost_) flush();
}

void Http2Transport::receive() {
    std::array<char, kReceiveBytes> buffer;
    for (;;) {
        auto const got = channel_.receive(buffer);
        if (got < 0) return;
        auto const bytes = reinterpret_cast<std::uint8_t const*>(buffer.data());
        auto const size = static_cast<std::size_t>(got);
        if (got == 0 || ::nghttp2_session_mem_recv(session_, bytes, size) < 0) return lose();
        if (size < buffer.size() && !channel_.may_hold_more()) return;
    }
}

void Http2Transport::finish(std::int32_t stream) {
    auto const found = exchanges_.find(stream);
    if (found == exchanges_.end()) return;
    auto const exchange = std::move(found->second);
    exchanges_.erase(found);
    auto const body = exchange.gzip && exchange.keep ? gunzip(exchange.kept) : exchange.kept;
    exchange.viewer->answered(
        {.status = exchange.status, .bytes = exchange.bytes, .body = body, .at = steady_now()});
}

void Http2Transport::flush() {
    std::string out;
    handling_ = true;
    for (;;) {
        std::uint8_t const* data = nullptr;
        auto const size = ::nghttp2_session_mem_send(session_, &data);
        if (size < 0) return lose();
        if (size == 0) break;
        out += text(data, static_cast<std::size_t>(size));
    }
    handling_ = false;
    if (!channel_.send(out)) lose();
}

void Http2Transport::lose() {
    if (lost_) return;
    lost_ = true;
    poller_.forget(channel_.descriptor());
}

}  // namespace directfanz::load
