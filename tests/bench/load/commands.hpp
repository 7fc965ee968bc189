#pragma once

#include "load/connect.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace directfanz::load {

/// What the media of a run is: see FlvScript.
struct MediaOptions {
    std::string flv;
    /// Of one round, in ms; a multiple of the frames' distances.
    int length = 16000;
};

struct PublishOptions {
    Address server;
    MediaOptions media;
    /// APP/KEY, one a publisher.
    std::vector<std::string> paths;
    /// Seconds; 0 is until SIGTERM.
    int seconds = 0;
};

struct ViewOptions {
    Address server;
    /// /live/ID/index.m3u8
    std::string path;
    std::size_t viewers = 1;
    bool http2 = false;
    bool tls = false;
    /// Seconds in which they come, in which they settle, and that are measured.
    int ramp = 5;
    int settle = 5;
    int seconds = 20;
};

struct LatencyOptions {
    Address rtmp;
    Address http;
    MediaOptions media;
    /// APP/KEY
    std::string publish_path;
    std::string view_path;
    int settle = 5;
    int seconds = 60;
};

/// Each prints JSON lines and returns the program's exit code. They throw std::exception.
int publish(PublishOptions const& options);
int view(ViewOptions const& options);
int measure_latency(LatencyOptions const& options);

}  // namespace directfanz::load
