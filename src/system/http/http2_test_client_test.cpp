#include "system/http/http2_test_client.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

namespace directfanz::http::testing {
namespace {

std::uint8_t* bytes_of(std::string const& text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

std::string string_of(std::uint8_t const* bytes, std::size_t size) {
    return {reinterpret_cast<char const*>(bytes), size};
}

}  // namespace

std::string Http2Reply::field(std::string_view name) const {
    auto const found =
        std::ranges::find(fields, name, [](auto const& one) -> auto const& { return one.first; });
    return found == fields.end() ? "" : found->second;
}

struct Http2Client::Callbacks {
    static Http2Client& self(void* user_data) { return *static_cast<Http2Client*>(user_data); }

    static int header(nghttp2_session*, nghttp2_frame const* frame, std::uint8_t const* name,
                      std::size_t name_size, std::uint8_t const* value, std::size_t value_size,
                      std::uint8_t, void* user_data) {
        auto& reply = self(user_data).replies_[frame->hd.stream_id];
        auto field = std::pair(string_of(name, name_size), string_of(value, value_size));
        if (field == std::pair<std::string, std::string>(":status", "100")) {
            reply.told_to_continue = true;
        } else {
            reply.fields.push_back(std::move(field));
        }
        return 0;
    }

    static int data(nghttp2_session*, std::uint8_t, std::int32_t id, std::uint8_t const* bytes,
                    std::size_t size, void* user_data) {
        self(user_data).replies_[id].body += string_of(bytes, size);
        return 0;
    }

    static int received(nghttp2_session*, nghttp2_frame const* frame, void* user_data) {
        auto& client = self(user_data);
        auto const& head = frame->hd;
        if (head.type == NGHTTP2_GOAWAY) {
            client.goaways.push_back(frame->goaway.error_code);
            client.last_stream = frame->goaway.last_stream_id;
        }
        if (head.type == NGHTTP2_PING && (head.flags & NGHTTP2_FLAG_ACK) != 0) {
            ++client.pings_answered;
        }
        if (head.type == NGHTTP2_SETTINGS) {
            for (std::size_t i = 0; i < frame->settings.niv; ++i) {
                auto const& entry = frame->settings.iv[i];
                client.settings[static_cast<std::uint16_t>(entry.settings_id)] = entry.value;
            }
        }
        if (head.type == NGHTTP2_DATA) {
            auto& reply = client.replies_[head.stream_id];
            ++reply.frames;
            reply.largest_frame = std::max(reply.largest_frame, head.length);
        }
        if (head.stream_id > 0 && (head.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
            client.replies_[head.stream_id].complete = true;
            client.completed.push_back(head.stream_id);
        }
        return 0;
    }

    static int closed(nghttp2_session*, std::int32_t id, std::uint32_t code, void* user_data) {
        self(user_data).replies_[id].closed = code;
        return 0;
    }

    static ssize_t upload(nghttp2_session*, std::int32_t, std::uint8_t* into, std::size_t room,
                          std::uint32_t* flags, nghttp2_data_source* source, void*) {
        auto& sent = *static_cast<Upload*>(source->ptr);
        auto const size = std::min(room, sent.body.size() - sent.sent);
        if (size == 0 && !sent.ends) return NGHTTP2_ERR_DEFERRED;
        std::memcpy(into, sent.body.data() + sent.sent, size);
        sent.sent += size;
        if (sent.sent == sent.body.size() && sent.ends) *flags |= NGHTTP2_DATA_FLAG_EOF;
        return static_cast<ssize_t>(size);
    }
};

Http2Client::Http2Client() : Http2Client(Options()) {}

Http2Client::Http2Client(Options options) {
    nghttp2_session_callbacks* table = nullptr;
    nghttp2_session_callbacks_new(&table);
    nghttp2_session_callbacks_set_on_header_callback(table, Callbacks::header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(table, Callbacks::data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(table, Callbacks::received);
    nghttp2_session_callbacks_set_on_stream_close_callback(table, Callbacks::closed);
    nghttp2_option* option = nullptr;
    nghttp2_option_new(&option);
    nghttp2_option_set_no_auto_window_update(option, options.opens_windows ? 0 : 1);
    nghttp2_option_set_no_auto_ping_ack(option, options.acknowledges_pings ? 0 : 1);
    // What the server is to refuse must leave the client.
    nghttp2_option_set_no_http_messaging(option, 1);
    nghttp2_option_set_max_send_header_block_length(option, 1 << 20);
    nghttp2_session_client_new2(&session_, table, this, option);
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(table);
    std::vector<nghttp2_settings_entry> entries{
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, options.stream_window}};
    if (options.max_frame_size > 0) {
        entries.push_back({NGHTTP2_SETTINGS_MAX_FRAME_SIZE, options.max_frame_size});
    }
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, entries.data(), entries.size());
}

Http2Client::~Http2Client() {
    nghttp2_session_del(session_);
}

std::int32_t Http2Client::submit(Fields fields, std::string const* body) {
    std::vector<nghttp2_nv> list;
    for (auto const& [name, value] : fields) {
        list.push_back(
            {bytes_of(name), bytes_of(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
    }
    auto const id = nghttp2_session_get_next_stream_id(session_);
    auto& upload = uploads_[static_cast<std::int32_t>(id)];
    nghttp2_data_provider const source{.source = {.ptr = &upload},
                                       .read_callback = Callbacks::upload};
    if (body != nullptr) upload.body = *body;
    auto const stream = nghttp2_submit_request(session_, nullptr, list.data(), list.size(),
                                               body != nullptr ? &source : nullptr, nullptr);
    if (stream < 0) throw std::runtime_error(nghttp2_strerror(stream));
    return stream;
}

std::int32_t Http2Client::request(std::string const& path, Fields fields, std::string method) {
    Fields all{
        {":method", std::move(method)}, {":scheme", "http"}, {":authority", "h"}, {":path", path}};
    std::ranges::move(fields, std::back_inserter(all));
    return submit(std::move(all), nullptr);
}

std::int32_t Http2Client::post(std::string const& path, std::string body, Fields fields,
                               bool ends) {
    Fields all{{":method", "POST"}, {":scheme", "http"}, {":authority", "h"}, {":path", path}};
    std::ranges::move(fields, std::back_inserter(all));
    auto const stream = submit(std::move(all), &body);
    uploads_[stream].ends = ends;
    return stream;
}

void Http2Client::reset(std::int32_t stream) {
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
}

void Http2Client::open_window(std::int32_t stream, std::int32_t bytes) {
    nghttp2_submit_window_update(session_, NGHTTP2_FLAG_NONE, stream, bytes);
}

void Http2Client::ping() {
    nghttp2_submit_ping(session_, NGHTTP2_FLAG_NONE, nullptr);
}

std::string Http2Client::take_output() {
    std::string output;
    for (;;) {
        std::uint8_t const* bytes = nullptr;
        auto const size = nghttp2_session_mem_send(session_, &bytes);
        if (size <= 0) return output;
        output += string_of(bytes, static_cast<std::size_t>(size));
    }
}

bool Http2Client::feed(ByteView bytes) {
    auto const used = nghttp2_session_mem_recv(session_, bytes.data(), bytes.size());
    return used == static_cast<ssize_t>(bytes.size());
}

Http2Reply const& Http2Client::reply(std::int32_t stream) const {
    static Http2Reply const none;
    auto const found = replies_.find(stream);
    return found == replies_.end() ? none : found->second;
}

bool Http2Client::is_complete(std::int32_t stream) const {
    return reply(stream).complete;
}

std::string frame(std::uint8_t type, std::uint8_t flags, std::uint32_t stream,
                  std::string_view payload) {
    std::string bytes;
    for (auto const shift : {16, 8, 0}) bytes += static_cast<char>(payload.size() >> shift & 0xff);
    bytes += static_cast<char>(type);
    bytes += static_cast<char>(flags);
    for (auto const shift : {24, 16, 8, 0}) bytes += static_cast<char>(stream >> shift & 0xff);
    bytes += payload;
    return bytes;
}

std::string preface() {
    return NGHTTP2_CLIENT_MAGIC + frame(NGHTTP2_SETTINGS, 0, 0, "");
}

TEST(Http2Client, BeginsAsTheRawPrefaceDoes) {
    Http2Client client;
    auto const output = client.take_output();
    EXPECT_EQ(output.substr(0, 24), preface().substr(0, 24));
    EXPECT_EQ(output[27], '\x04') << "SETTINGS";
    EXPECT_EQ(frame(6, 1, 258, "abc"), std::string("\0\0\3\6\1\0\0\1\2abc", 12));
}

}  // namespace directfanz::http::testing
