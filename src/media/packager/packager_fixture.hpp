#pragma once

#include "media/packager/packager.hpp"
#include "media/packager/playlist.hpp"

#include <utility>
#include <vector>

/// What the packager's tests share: a publisher made of numbers, and a listener that remembers.
namespace directfanz::packager::testing {

inline WallTime at(std::int64_t ms) {
    return WallTime(milliseconds(1'800'000'000'000 + ms));
}

struct Recorder : Packager::Listener {
    std::vector<std::shared_ptr<Window const>> windows;
    std::vector<std::pair<Advice, milliseconds>> advice;

    void on_window(std::shared_ptr<Window const> window) override {
        windows.push_back(std::move(window));
    }
    void on_advice(Advice kind, milliseconds measured) override {
        advice.emplace_back(kind, measured);
    }

    Window const& last() const { return *windows.back(); }
    RenditionWindow const* rendition(std::string_view name) const {
        if (windows.empty()) return nullptr;
        for (auto const& rendition : last().renditions)
            if (rendition->name == name) return rendition.get();
        return nullptr;
    }
};

inline Track video_track(unsigned profile = 0x64) {
    Bytes config{1,    static_cast<std::uint8_t>(profile),
                 0,    31,
                 0xff, 0xe1,
                 0,    4,
                 0x67, 0x64,
                 0,    31,
                 1,    0,
                 2,    0x68,
                 0xee};
    return {.kind = MediaKind::video,
            .codec = Codec::h264,
            .timescale = kVideoTimescale,
            .decoder_config = Blob(std::move(config)),
            .codec_string = "avc1.64001f",
            .format = VideoFormat{.width = 1280, .height = 720, .frame_rate = 30}};
}

inline Track audio_track(unsigned rate = 48'000, unsigned channels = 2) {
    Bytes config{static_cast<std::uint8_t>(rate == 48'000 ? 0x11 : 0x12),
                 static_cast<std::uint8_t>(channels << 3)};
    return {.kind = MediaKind::audio,
            .codec = Codec::aac,
            .timescale = rate,
            .decoder_config = Blob(std::move(config)),
            .codec_string = "mp4a.40.2",
            .format = AudioFormat{.sample_rate = rate, .channels = channels}};
}

inline Sample video_sample(std::int64_t dts, bool sync, std::int32_t offset = 0,
                           std::size_t bytes = 1000) {
    return {.dts = dts,
            .composition_offset = offset,
            .sync = sync,
            .payload = Blob(Bytes(bytes, static_cast<std::uint8_t>(dts)))};
}

inline Sample audio_sample(std::int64_t dts, std::size_t bytes = 170) {
    return {.dts = dts,
            .duration = 1024,
            .sync = true,
            .payload = Blob(Bytes(bytes, static_cast<std::uint8_t>(dts >> 10)))};
}

/// A publisher with a constant frame rate, its two tracks interleaved by decode time, in real time.
struct Publisher {
    Packager& packager;
    double frame_rate = 30;
    /// In frames.
    int key_distance = 60;
    bool video = true;
    bool audio = true;
    unsigned audio_rate = 48'000;
    /// Frames of B-frame reordering.
    int reorder = 0;
    /// Times come over RTMP in milliseconds.
    bool milliseconds_only = true;

    std::int64_t frame = 0;
    std::int64_t audio_frame = 0;
    WallTime began = at(0);

    void begin(WallTime now) {
        began = now;
        frame = 0;
        audio_frame = 0;
        packager.begin_input(now);
        configure();
    }

    void configure() {
        if (video) packager.configure(video_track());
        if (audio) packager.configure(audio_track(audio_rate));
    }

    std::int64_t video_ticks(std::int64_t index) const {
        auto const s = static_cast<double>(index) / frame_rate;
        return milliseconds_only ? static_cast<std::int64_t>(s * 1000 + 0.5) * 90
                                 : static_cast<std::int64_t>(s * 90'000 + 0.5);
    }

    double video_time() const { return static_cast<double>(frame) / frame_rate; }
    double audio_time() const {
        return static_cast<double>(audio_frame) * 1024 / static_cast<double>(audio_rate);
    }

    void push_video() {
        auto const dts = video_ticks(frame);
        packager.push(MediaKind::video,
                      video_sample(dts, frame % key_distance == 0,
                                   static_cast<std::int32_t>(video_ticks(frame + reorder) - dts),
                                   frame % key_distance == 0 ? 9000 : 1000));
        ++frame;
    }
    void push_audio() {
        packager.push(MediaKind::audio, audio_sample(audio_frame * 1024));
        ++audio_frame;
    }

    /// Sends what lies before `until`, in seconds of its own time.
    void run_until(double until) {
        while (true) {
            auto const v = video ? video_time() : 1e18;
            auto const a = audio ? audio_time() : 1e18;
            auto const next = std::min(v, a);
            if (next >= until) return;
            packager.advance(began + std::chrono::duration_cast<WallTime::duration>(
                                         std::chrono::duration<double>(next)));
            if (v <= a)
                push_video();
            else
                push_audio();
        }
    }
};

}  // namespace directfanz::packager::testing
