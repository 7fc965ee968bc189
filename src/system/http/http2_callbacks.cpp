#include "system/http/http2_session.hpp"

#include <algorithm>
#include <memory>
#include <new>
#include <string_view>

#include <nghttp2/nghttp2.h>

namespace directfanz::http {
namespace {

/// The bytes of a frame's header (RFC 9113, 4.1).
constexpr std::size_t kFrameHeaderBytes = 9;

struct DeleteCallbacks {
    void operator()(nghttp2_session_callbacks* callbacks) const {
        nghttp2_session_callbacks_del(callbacks);
    }
};

std::string_view text_of(nghttp2_rcbuf* buffer) {
    auto const bytes = nghttp2_rcbuf_get_buf(buffer);
    return {reinterpret_cast<char const*>(bytes.base), bytes.len};
}

Http2Stream* stream_of(nghttp2_session* session, std::int32_t id) {
    return static_cast<Http2Stream*>(nghttp2_session_get_stream_user_data(session, id));
}

}  // namespace

/// nghttp2's C callbacks. To return NGHTTP2_ERR_CALLBACK_FAILURE ends the reading for good.
struct Http2Session::Callbacks {
    static Http2Session& self(void* user_data) { return *static_cast<Http2Session*>(user_data); }

    static int verdict(Http2Session const& session) {
        return session.cut_ ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
    }

    static int begin_headers(nghttp2_session*, nghttp2_frame const* frame, void* user_data) {
        auto& session = self(user_data);
        session.block_bytes_ = 0;
        if (frame->headers.cat == NGHTTP2_HCAT_REQUEST) session.begin_stream(frame->hd.stream_id);
        return 0;
    }

    static int header(nghttp2_session* library, nghttp2_frame const* frame, nghttp2_rcbuf* name,
                      nghttp2_rcbuf* value, std::uint8_t, void* user_data) {
        auto& session = self(user_data);
        auto const name_text = text_of(name);
        auto const value_text = text_of(value);
        if (!session.count_field(name_text.size() + value_text.size())) {
            return NGHTTP2_ERR_CALLBACK_FAILURE;
        }
        auto* const stream = stream_of(library, frame->hd.stream_id);
        if (stream != nullptr) stream->request.add_field(name_text, value_text);
        return 0;
    }

    static int malformed_header(nghttp2_session* library, nghttp2_frame const* frame,
                                nghttp2_rcbuf* name, nghttp2_rcbuf* value, std::uint8_t,
                                void* user_data) {
        auto& session = self(user_data);
        if (!session.count_field(text_of(name).size() + text_of(value).size())) {
            return NGHTTP2_ERR_CALLBACK_FAILURE;
        }
        auto* const stream = stream_of(library, frame->hd.stream_id);
        if (stream != nullptr) stream->request.add_malformed_field();
        return 0;
    }

    static int body(nghttp2_session* library, std::uint8_t, std::int32_t id,
                    std::uint8_t const* bytes, std::size_t size, void* user_data) {
        auto* const stream = stream_of(library, id);
        if (stream != nullptr) self(user_data).add_body(*stream, {bytes, size});
        return 0;
    }

    static int received(nghttp2_session* library, nghttp2_frame const* frame, void* user_data) {
        auto& session = self(user_data);
        auto const& head = frame->hd;
        auto const ends = (head.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        auto const acknowledges = (head.flags & NGHTTP2_FLAG_ACK) != 0;
        switch (head.type) {
            case NGHTTP2_HEADERS:
            case NGHTTP2_DATA: {
                auto* const stream = stream_of(library, head.stream_id);
                if (head.type == NGHTTP2_DATA && !ends && head.length <= frame->data.padlen) {
                    session.spend_control();
                }
                if (stream == nullptr) break;
                if (head.type == NGHTTP2_HEADERS) session.end_fields(*stream, ends);
                if (ends) session.complete_request(*stream);
                break;
            }
            case NGHTTP2_RST_STREAM:
                session.spend_reset();
                break;
            case NGHTTP2_PING:
                if (acknowledges && session.noticed_) session.shut_down();
                if (!acknowledges) session.spend_control();
                break;
            case NGHTTP2_SETTINGS:
                if (!acknowledges) session.spend_control();
                break;
            default:
                session.spend_control();
        }
        return verdict(session);
    }

    static int sent(nghttp2_session* library, nghttp2_frame const* frame, void* user_data) {
        auto& session = self(user_data);
        auto const& head = frame->hd;
        if (head.type == NGHTTP2_RST_STREAM && frame->rst_stream.error_code != NGHTTP2_NO_ERROR) {
            session.spend_reset();
        }
        auto const ends = (head.type == NGHTTP2_HEADERS || head.type == NGHTTP2_DATA) &&
                          (head.flags & NGHTTP2_FLAG_END_STREAM) != 0;
        if (!ends) return 0;
        auto* const stream = stream_of(library, head.stream_id);
        if (stream == nullptr) return 0;
        stream->complete = true;
        session.outbox_->complete(stream->status);
        if (nghttp2_session_get_stream_remote_close(library, head.stream_id) == 0) {
            // The rest of the request is of no use any more (RFC 9113, 8.1).
            nghttp2_submit_rst_stream(library, NGHTTP2_FLAG_NONE, head.stream_id, NGHTTP2_NO_ERROR);
        }
        return 0;
    }

    static int not_sent(nghttp2_session* library, nghttp2_frame const* frame, int, void*) {
        // An answer's head beyond what nghttp2 sends: the client must not wait for it.
        if (frame->hd.type == NGHTTP2_HEADERS) {
            nghttp2_submit_rst_stream(library, NGHTTP2_FLAG_NONE, frame->hd.stream_id,
                                      NGHTTP2_INTERNAL_ERROR);
        }
        return 0;
    }

    static int closed(nghttp2_session* library, std::int32_t id, std::uint32_t, void* user_data) {
        auto* const stream = stream_of(library, id);
        if (stream != nullptr) self(user_data).close(*stream);
        return 0;
    }

    static ssize_t frame_length(nghttp2_session*, std::uint8_t, std::int32_t, std::int32_t,
                                std::int32_t, std::uint32_t largest, void*) {
        return static_cast<ssize_t>(std::min<std::size_t>(largest, kMaxDataBytes));
    }

    static int send_data(nghttp2_session*, nghttp2_frame*, std::uint8_t const* head,
                         std::size_t length, nghttp2_data_source* source, void* user_data) {
        auto& session = self(user_data);
        auto& outbox = *session.outbox_;
        if (outbox.full() || !outbox.has_room_for(Http2Stream::kMaxPieces + 1)) {
            return NGHTTP2_ERR_WOULDBLOCK;
        }
        outbox.add_head({head, kFrameHeaderBytes});
        static_cast<Http2Stream*>(source->ptr)->take(length, outbox);
        session.bytes_packed_ += length;
        return 0;
    }
};

nghttp2_session_callbacks const* Http2Session::callbacks() {
    static std::unique_ptr<nghttp2_session_callbacks, DeleteCallbacks> const made = [] {
        nghttp2_session_callbacks* table = nullptr;
        if (nghttp2_session_callbacks_new(&table) != 0) throw std::bad_alloc();
        nghttp2_session_callbacks_set_on_begin_headers_callback(table, Callbacks::begin_headers);
        nghttp2_session_callbacks_set_on_header_callback2(table, Callbacks::header);
        nghttp2_session_callbacks_set_on_invalid_header_callback2(table,
                                                                  Callbacks::malformed_header);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(table, Callbacks::body);
        nghttp2_session_callbacks_set_on_frame_recv_callback(table, Callbacks::received);
        nghttp2_session_callbacks_set_on_frame_send_callback(table, Callbacks::sent);
        nghttp2_session_callbacks_set_on_frame_not_send_callback(table, Callbacks::not_sent);
        nghttp2_session_callbacks_set_on_stream_close_callback(table, Callbacks::closed);
        nghttp2_session_callbacks_set_data_source_read_length_callback(table,
                                                                       Callbacks::frame_length);
        nghttp2_session_callbacks_set_send_data_callback(table, Callbacks::send_data);
        return std::unique_ptr<nghttp2_session_callbacks, DeleteCallbacks>(table);
    }();
    return made.get();
}

}  // namespace directfanz::http
