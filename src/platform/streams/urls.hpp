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
    /// The same encrypted; empty where that is off.
    std::string rtmps = {};

    std::string playback(StreamId const& id) const {
        return http + "/live/" + id.value() + "/index.m3u8";
    }
    std::string watch(StreamId const& id) const { return http + "/streaming/live/" + id.value(); }
    /// For those whom the token lets in.
    std::string playback(StreamId const& id, std::string const& token) const {
        return http + "/play/" + token + "/" + id.value() + "/index.m3u8";
    }
    std::string thumbnail(StreamId const& id) const {
        return http + "/live/" + id.value() + "/thumbnail.jpg";
    }
    std::string thumbnail(StreamId const& id, std::string const& token) const {
        return http + "/play/" + token + "/" + id.value() + "/thumbnail.jpg";
    }
    std::string cover(std::string const& file) const { return http + "/covers/" + file; }
    /// What an encoder asks for as its server; the key is entered beside it.
    std::string ingest() const { return rtmp + "/live"; }
    std::string encrypted_ingest() const { return rtmps + "/live"; }
};

}  // namespace directfanz::streams
