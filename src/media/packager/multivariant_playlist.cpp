#include "media/packager/playlist.hpp"
#include "media/packager/playlist_text.hpp"

#include <algorithm>
#include <cmath>

namespace directfanz::packager {

namespace {

/// Measured so far; what comes may be more. A player takes BANDWIDTH for the most it will need, and
/// reads it once.
std::uint64_t with_headroom(std::uint64_t bandwidth, unsigned percent) {
    constexpr std::uint64_t kRounding = 1000;
    auto const wanted = bandwidth * (100 + percent) / 100;
    return std::max<std::uint64_t>((wanted + kRounding - 1) / kRounding, 1) * kRounding;
}

/// The rate that the bitstream claims, where the media bears it out: milliseconds on the wire make
/// 29.998 of 30.
double frame_rate(RenditionWindow const& rendition) {
    auto const claimed = rendition.track.video().frame_rate;
    auto const measured = rendition.frame_rate;
    if (measured <= 0) return claimed;
    return std::abs(claimed - measured) <= measured / 100 ? claimed : measured;
}

RenditionWindow const* find(Window const& window, MediaKind kind) {
    for (auto const& rendition : window.renditions)
        if (rendition->track.kind == kind) return rendition.get();
    return nullptr;
}

void put_audio_group(std::string& out, RenditionWindow const& audio) {
    put(out,
        "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"Audio\",LANGUAGE=\"und\",DEFAULT=YES,"
        "AUTOSELECT=YES,CHANNELS=\"{}\",URI=\"{}.m3u8\"\n",
        audio.track.audio().channels, audio.name);
}

void put_variant(std::string& out, RenditionWindow const& variant, RenditionWindow const* audio) {
    constexpr unsigned kPeakHeadroom = 20;
    constexpr unsigned kAverageHeadroom = 10;
    auto peak = variant.peak_bandwidth;
    auto average = variant.average_bandwidth;
    if (audio) {
        peak += audio->peak_bandwidth;
        average += audio->average_bandwidth;
    }
    put(out, "#EXT-X-STREAM-INF:BANDWIDTH={},AVERAGE-BANDWIDTH={},CODECS=\"{}",
        with_headroom(peak, kPeakHeadroom), with_headroom(average, kAverageHeadroom),
        variant.track.codec_string);
    if (audio) put(out, ",{}", audio->track.codec_string);
    out += '"';
    if (variant.track.kind == MediaKind::video) {
        auto const& format = variant.track.video();
        put(out, ",RESOLUTION={}x{}", format.width, format.height);
        auto const rate = frame_rate(variant);
        if (rate > 0) put(out, ",FRAME-RATE={:.3f}", rate);
    }
    if (audio) out += ",AUDIO=\"audio\"";
    put(out, "\n{}.m3u8\n", variant.name);
}

}  // namespace

std::string render_multivariant_playlist(Window const& window) {
    // EXT-X-INDEPENDENT-SEGMENTS is not here but in those media playlists that can promise it: a
    // publisher may yet send key frames too far apart. Version 4 brought EXT-X-MEDIA (section 8).
    std::string out = "#EXTM3U\n#EXT-X-VERSION:4\n";
    auto const* const video = find(window, MediaKind::video);
    auto const* const audio = find(window, MediaKind::audio);
    if (video && audio) put_audio_group(out, *audio);
    if (video)
        put_variant(out, *video, audio);
    else if (audio)
        put_variant(out, *audio, nullptr);
    return out;
}

}  // namespace directfanz::packager
