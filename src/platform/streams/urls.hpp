#pragma once

#include "base/strong.hpp"

#include <string>

namespace directfanz::streams {

/// Where streams are found.
struct StreamUrls {
    /// "https://fans.example", without a slash at the end. Empty: the paths alone, which a page of
    /// the same server resolves.
    std::string http;
    /// "rtmp://fans.example:1935".
    std::string rtmp;

    std::string playback(StreamId const& id) const {
        return http + "/live/" + id.value() + "/index.m3u8";
    }
    std::string watch(StreamId const& id) const { return http + "/streaming/live/" + id.value(); }
    /// What an encoder asks for as its server; the key is entered beside it.
    std::string ingest() const { return rtmp + "/live"; }
};

}  // namespace directfanz::streams
