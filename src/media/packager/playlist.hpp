#pragma once

#include "media/packager/window.hpp"

#include <string>
#include <string_view>

/// HTTP Live Streaming playlists (draft-pantos-hls-rfc8216bis) of a Window. Pure functions.
///
/// Addresses, relative to the multivariant playlist's folder:
///     index.m3u8                              multivariant playlist
///     <rendition>.m3u8                        media playlist
///     <rendition>-iframes.m3u8                I-frame playlist, of video
///     <session>/<rendition>/init-<v>.mp4      CMAF header
///     <session>/<rendition>/<msn>.m4s         segment
///     <session>/<rendition>/<msn>.<part>.m4s  part
namespace directfanz::packager {

enum class Skip {
    none,
    segments,  ///< _HLS_skip=YES: a playlist delta update
};

std::string render_multivariant_playlist(Window const& window);

/// `rendition` is an index into window.renditions.
std::string render_media_playlist(Window const& window, std::size_t rendition, Skip skip);

/// The same, of video: the key frame with which each whole segment begins, as a range of its bytes.
std::string render_i_frame_playlist(Window const& window, std::size_t rendition);

}  // namespace directfanz::packager
