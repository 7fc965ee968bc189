#pragma once

#include "media/packager/packager.hpp"
#include "media/packager/playlist.hpp"
#include "media/packager/window_checker_fixture.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>
#include <vector>

/// What the packager's tests share: a publisher made of numbers, and a listener that remembers.
namespace directfanz::packager::testing {

inline constexpr std::uint64_t kFirstDiscontinuity = 7;
inline constexpr FirstNumbers kFirst{1'800'000'000, kFirstDiscontinuity};

inline WallTime at(std::int64_t ms) {
    return WallTime(milliseconds(1'800'000'000'000 + ms));
}

/// What tests look at, once the checker has found nothing wrong with it.
struct Recorder : WindowChecker {
    using WindowChecker::WindowChecker;

    std::vector<std::shared_ptr<Window const>> windows;

    void on_window(std::shared_ptr<Window const> window) override {
        windows.push_back(window);
        WindowChecker::on_window(std::move(window));
    }

    RenditionWindow const* rendition(std::string_view name) const {
        if (windows.empty()) return nullptr;
        for (auto const& each : windows.back()->renditions)
            if (each->name == name) return each.get();
        return nullptr;
    }
    std::vector<std::shared_ptr<Segment const>> segments(std::string_view name) const {
        auto const* const found = rendition(name);
        return found ? found->segments : std::vector<std::shared_ptr<Segment const>>();
    }
    ReadPlaylist playlist(std::size_t index, Skip skip = Skip::none) const {
        return read_playlist(render_media_playlist(*windows.back(), index, skip));
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

/// What a publisher does whose media are played as they are.
inline void configure(Packager& packager, Track const& track) {
    packager.configure_source(track);
    packager.configure(track);
}
/// `placed` gets its copy first, for encoders that follow.
inline void push_as_it_is(
    Packager& packager, MediaKind kind, Sample sample,
    std::function<void(MediaKind, Sample const&)> const& on_placed = nullptr) {
    auto placed = packager.place(kind, std::move(sample));
    if (!placed) return;
    if (on_placed) on_placed(kind, *placed);
    packager.push(kind, std::move(*placed));
}

/// A publisher with a constant frame rate, its two tracks interleaved by decode time, in real time.
struct Publisher {
    Packager& packager;
    double frame_rate = 30;
    /// In frames.
    int key_distance = 60;
    bool video = true;
    bool audio = true;
    unsigned channels = 2;
    unsigned audio_rate = 48'000;
    /// Frames of B-frame reordering.
    int reorder = 0;
    /// Times come over RTMP in milliseconds.
    bool milliseconds_only = true;
    /// By how much its clock runs faster than the server's: 0.0002 are 200 ppm.
    double fast = 0;

    std::int64_t frame = 0;
    std::int64_t audio_frame = 0;
    WallTime began = at(0);
    std::uint32_t input = 0;
    std::uint32_t serial = 0;
    std::map<MediaKind, std::uint64_t> sent;
    bool askew = false;
    /// Encoders that make rungs of it.
    std::function<void(MediaKind, Sample const&)> on_placed;
    std::function<void(WallTime)> on_time;

    void begin(WallTime now) {
        began = now;
        ++input;
        frame = 0;
        audio_frame = 0;
        packager.begin_input(now);
        configure();
    }

    void configure() {
        if (video) testing::configure(packager, video_track());
        if (audio) testing::configure(packager, audio_track(audio_rate, channels));
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
        auto const key = frame % key_distance == 0;
        push(MediaKind::video, dts, video_ticks(frame + reorder), key, key ? 9000 : 1000);
        ++frame;
    }
    void push_audio() {
        push(MediaKind::audio, audio_frame * 1024, audio_frame * 1024, true, 170);
        ++audio_frame;
    }
    /// A picture whose presentation time is wrong.
    void push_askew(std::int64_t dts, std::int64_t pts, bool sync, std::size_t bytes) {
        askew = true;
        push(MediaKind::video, dts, pts, sync, bytes);
        askew = false;
    }
    void push(MediaKind kind, std::int64_t dts, std::int64_t pts, bool sync, std::size_t bytes) {
        ++sent[kind];
        Stamp const stamp{
            .pts = pts, .dts = dts, .input = input, .serial = ++serial, .askew = askew};
        push_as_it_is(packager, kind,
                      {.dts = dts,
                       .composition_offset = static_cast<std::int32_t>(pts - dts),
                       .duration = kind == MediaKind::audio ? 1024U : 0U,
                       .sync = sync,
                       .payload = stamped(stamp, bytes)},
                      on_placed);
    }

    /// When what it takes for `time` comes.
    WallTime arrival(double time) const {
        return began + std::chrono::duration_cast<WallTime::duration>(
                           std::chrono::duration<double>(time / (1 + fast)));
    }

    /// Sends what lies before `until`, in seconds of its own time.
    void run_until(double until) {
        while (true) {
            auto const v = video ? video_time() : 1e18;
            auto const a = audio ? audio_time() : 1e18;
            auto const next = std::min(v, a);
            if (next >= until) return;
            packager.advance(arrival(next));
            if (on_time) on_time(arrival(next));
            if (v <= a)
                push_video();
            else
                push_audio();
        }
    }
};

}  // namespace directfanz::packager::testing
