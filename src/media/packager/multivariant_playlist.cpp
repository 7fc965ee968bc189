#include "media/packager/i_frames.hpp"
#include "media/packager/playlist.hpp"
#include "media/packager/playlist_text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

namespace directfanz::packager {

namespace {

constexpr unsigned kPeakHeadroom = 20;
constexpr unsigned kAverageHeadroom = 10;

/// In hundredths of bit/s. Measured so far; what comes may be more. A player takes BANDWIDTH for
/// the most it will need, and reads it once.
std::uint64_t with_headroom(std::uint64_t bandwidth, unsigned percent) {
    return bandwidth * (100 + percent);
}

std::uint64_t rounded(std::uint64_t hundredths) {
    constexpr std::uint64_t kRounding = 1000;
    return std::max<std::uint64_t>((hundredths / 100 + kRounding - 1) / kRounding, 1) * kRounding;
}

/// The rate that the bitstream claims, where the media bears it out: milliseconds on the wire make
/// 29.998 of 30.
double frame_rate(RenditionWindow const& rendition) {
    auto const claimed = rendition.track.video().frame_rate;
    auto const measured = rendition.frame_rate;
    if (measured <= 0) return claimed;
    return std::abs(claimed - measured) <= measured / 100 ? claimed : measured;
}

/// In hundredths of bit/s, at the most. What its encoder keeps to needs no headroom, but is no
/// reason to say less than was measured.
std::uint64_t peak(RenditionWindow const& rendition) {
    return std::max(with_headroom(rendition.peak_bandwidth, kPeakHeadroom),
                    with_headroom(rendition.promised_bandwidth, 0));
}

std::uint64_t average(RenditionWindow const& rendition) {
    return rendition.average_bandwidth > 0
               ? with_headroom(rendition.average_bandwidth, kAverageHeadroom)
               : with_headroom(rendition.promised_bandwidth, 0);
}

/// The audio that goes with all video, and all audio that does not.
struct Sorted {
    /// The default variant first, the others by what they need, the most first.
    std::vector<RenditionWindow const*> video;
    RenditionWindow const* audio = nullptr;
    /// For those who want or can have nothing else.
    RenditionWindow const* audio_only = nullptr;
};

/// Players that know nothing of their line yet begin with the first variant: Apple's authoring
/// specification asks for the one at 2 Mbit/s (1.32).
std::vector<RenditionWindow const*> by_default(std::vector<RenditionWindow const*> video) {
    constexpr double kDefault = 2e6;
    if (video.empty()) return video;
    auto const rate = [](RenditionWindow const* each) {
        return static_cast<double>(std::max<std::uint64_t>(
            each->promised_bandwidth ? each->promised_bandwidth : each->average_bandwidth, 1));
    };
    auto const off = [&](RenditionWindow const* each) {
        return std::abs(std::log(rate(each) / kDefault));
    };
    std::ranges::sort(video, std::ranges::greater(), rate);
    auto const first = std::ranges::min_element(video, std::ranges::less(), off);
    std::rotate(video.begin(), first, first + 1);
    return video;
}

/// Whole segments that have to be missing until a rendition counts as one that nothing comes of: a
/// new encoder needs less.
constexpr std::size_t kMissing = 2;

/// Its encoder was shed, or makes another ladder now: who begins with it would see nothing. Players
/// that have it listed find their way by the GAP tags.
bool given_up(RenditionWindow const& rendition) {
    std::size_t missing = 0;
    for (auto i = rendition.segments.rbegin(); i != rendition.segments.rend(); ++i) {
        if (!(*i)->gap) return false;
        if ((*i)->complete && ++missing >= kMissing) return true;
    }
    return false;
}

Sorted sort(Window const& window) {
    Sorted out;
    for (auto const& rendition : window.renditions) {
        // Something is listed in any case: what leads.
        auto const leads = rendition->name == "video" || rendition->name == "audio";
        if (!leads && given_up(*rendition)) continue;
        if (rendition->track.kind == MediaKind::video)
            out.video.push_back(rendition.get());
        else if (!out.audio)
            out.audio = rendition.get();
        else if (!out.audio_only)
            out.audio_only = rendition.get();
    }
    // One variant of all there is needs no other beside it.
    if (out.video.size() > 1 && !out.audio_only) out.audio_only = out.audio;
    out.video = by_default(std::move(out.video));
    return out;
}

void put_audio_group(std::string& out, RenditionWindow const& audio) {
    put(out,
        "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"Audio\",LANGUAGE=\"und\",DEFAULT=YES,"
        "AUTOSELECT=YES,CHANNELS=\"{}\",URI=\"{}.m3u8\"\n",
        audio.track.audio().channels, audio.name);
}

void put_bandwidth(std::string& out, std::uint64_t peak, std::uint64_t average) {
    put(out, "BANDWIDTH={},AVERAGE-BANDWIDTH={}", rounded(peak), rounded(average));
}

void put_resolution(std::string& out, RenditionWindow const& video) {
    auto const& format = video.track.video();
    put(out, ",RESOLUTION={}x{}", format.width, format.height);
}

void put_variant(std::string& out, RenditionWindow const& variant, RenditionWindow const* audio) {
    out += "#EXT-X-STREAM-INF:";
    put_bandwidth(out, peak(variant) + (audio ? peak(*audio) : 0),
                  average(variant) + (audio ? average(*audio) : 0));
    put(out, ",CODECS=\"{}", variant.track.codec_string);
    if (audio) put(out, ",{}", audio->track.codec_string);
    out += '"';
    if (variant.track.kind == MediaKind::video) {
        put_resolution(out, variant);
        auto const rate = frame_rate(variant);
        if (rate > 0) put(out, ",FRAME-RATE={:.3f}", rate);
    }
    if (audio) out += ",AUDIO=\"audio\"";
    put(out, "\n{}.m3u8\n", variant.name);
}

void put_i_frames(std::string& out, RenditionWindow const& video) {
    auto const bandwidth = i_frame_bandwidth(video);
    // Before there is a whole segment.
    if (bandwidth.peak == 0) return;
    out += "#EXT-X-I-FRAME-STREAM-INF:";
    put_bandwidth(out, with_headroom(bandwidth.peak, kPeakHeadroom),
                  with_headroom(bandwidth.average, kAverageHeadroom));
    put(out, ",CODECS=\"{}\"", video.track.codec_string);
    put_resolution(out, video);
    put(out, ",URI=\"{}-iframes.m3u8\"\n", video.name);
}

}  // namespace

std::string render_multivariant_playlist(Window const& window) {
    // EXT-X-INDEPENDENT-SEGMENTS is not here but in those media playlists that can promise it: a
    // publisher may yet send key frames too far apart. Version 4 brought EXT-X-MEDIA (section 8).
    std::string out = "#EXTM3U\n#EXT-X-VERSION:4\n";
    auto const [video, audio, audio_only] = sort(window);
    if (!video.empty() && audio) put_audio_group(out, *audio);
    for (auto const* const variant : video) put_variant(out, *variant, audio);
    if (audio_only)
        put_variant(out, *audio_only, nullptr);
    else if (video.empty() && audio)
        put_variant(out, *audio, nullptr);
    for (auto const* const variant : video) put_i_frames(out, *variant);
    return out;
}

}  // namespace directfanz::packager
