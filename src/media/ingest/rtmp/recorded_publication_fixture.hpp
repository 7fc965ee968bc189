#pragma once

#include "media/ingest/publication.hpp"

#include <cstdlib>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

namespace directfanz::rtmp {

/// For tests: remembers what it is given. It is on no loop: MediaInput never asks for one.
struct Recorded : ingest::Publication {
    std::vector<Track> tracks;
    std::vector<Sample> video;
    std::vector<Sample> audio;

    std::string_view stream() const override { return "s1"; }
    io::EventLoop& loop() override { std::abort(); }
    void configure(Track track) override { tracks.push_back(std::move(track)); }
    void push(MediaKind kind, Sample sample) override {
        (kind == MediaKind::video ? video : audio).push_back(std::move(sample));
    }
    void on_stop(std::function<void(Error const&)>) override {}
    void finish(ingest::EndReason) override {}
};

}  // namespace directfanz::rtmp
