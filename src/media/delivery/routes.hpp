#pragma once

#include "media/delivery/boards.hpp"
#include "media/delivery/playback_gate.hpp"
#include "system/http/router.hpp"

namespace directfanz::delivery {

/// GET /live/{stream}/index.m3u8                        multivariant playlist
/// GET /live/{stream}/{rendition}.m3u8                  media playlist; _HLS_msn, _HLS_part,
/// _HLS_skip
/// GET /live/{stream}/{rendition}-iframes.m3u8          I-frame playlist; _HLS_msn
/// GET /live/{stream}/{session}/{rendition}/{file}      CMAF headers, segments and parts
///
/// and the same behind /play/{token}/{stream}/, for those whom a token lets in. What one viewer is
/// let in to and another may not be is for no shared cache.
///
/// A request for the part that the preload hint names waits until the part is whole. One for media
/// that may be listed by another loop already, but not by this one, waits for this one to catch up:
/// the segment that grows, the next header, the part behind the next. `boards` and `gate` outlive
/// the router; without a gate everybody may watch.
void add_routes(http::Router& router, Boards& boards, PlaybackGate* gate = nullptr);

}  // namespace directfanz::delivery
