#pragma once

#include "system/http/final_response.hpp"
#include "system/http/http2_stream.hpp"

struct nghttp2_session;

namespace directfanz::http {

/// Gives a session the head of an answer, and the stream as the source of its body
/// (NGHTTP2_DATA_FLAG_NO_COPY: the pieces are asked for when their frame goes out).
void submit_answer(nghttp2_session* session, Http2Stream& stream, FinalResponse const& response);

/// "100 Continue".
void submit_continue(nghttp2_session* session, Http2Stream const& stream);

}  // namespace directfanz::http
