#pragma once

#include "base/blob.hpp"
#include "system/http/message.hpp"

namespace directfanz::http {

/// The bytes as one gzip member (RFC 1952) without a name or a time: equal input gives equal
/// output, so entity tags and caches stay valid over restarts.
///
/// `level` is zlib's, from 1 (fast) to 9 (small).
Blob gzip(ByteView bytes, int level);

/// May the answer come with `Content-Encoding: gzip` (RFC 9110, 12.5.3)? A client that gives gzip a
/// weight of 0, or that says nothing about encodings, gets it plain; so does one that would rather
/// have "identity".
bool accepts_gzip(Request const& request);

}  // namespace directfanz::http
