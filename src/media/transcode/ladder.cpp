#include "media/transcode/ladder.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace directfanz::transcode {
namespace {

constexpr std::string_view kWhere = "transcode.rungs";

/// A rung of more than this part of the source's size looks the same and costs as much.
constexpr double kNearlySource = 0.9;

/// Sources faster than this have rungs at half their rate.
constexpr double kFast = 48;
constexpr unsigned kHalfRateBelow = 480;

/// What a picture of each size needs when the ladder has no rung of it: bits a pixel of the
/// default ladder's 720p.
constexpr double kBitsPerPixel = 2'800'000.0 / (1280 * 720);

std::unexpected<Error> bad(std::string message) {
    return fail(ErrorKind::invalid, kWhere, std::move(message));
}

unsigned even(double size) {
    return std::max(2U, static_cast<unsigned>(std::lround(size / 2)) * 2);
}

unsigned shorter_side(SourcePicture const& source) {
    return std::min(source.width, source.height);
}

Rung fitted(SourcePicture const& source, unsigned shorter, std::string name,
            std::uint32_t bitrate) {
    auto const scale = static_cast<double>(shorter) / shorter_side(source);
    Rung rung{.name = std::move(name),
              .width = even(source.width * scale),
              .height = even(source.height * scale),
              .bitrate = bitrate};
    rung.half_rate = source.frame_rate > kFast && shorter < kHalfRateBelow;
    return rung;
}

/// "4500k", "2.8m", "1200000".
Result<std::uint32_t> parse_bitrate(std::string_view text) {
    double value = 0;
    auto const* const end = text.data() + text.size();
    auto const [rest, error] = std::from_chars(text.data(), end, value, std::chars_format::fixed);
    auto const unit = std::string_view(rest, end);
    auto factor = 0.0;
    if (unit.empty()) factor = 1;
    if (unit == "k") factor = 1e3;
    if (unit == "m") factor = 1e6;
    if (error != std::errc() || factor == 0)
        return bad(fmt::format("'{}' is no bit rate: write 2800k or 2.8m", text));
    auto const bits = value * factor;
    if (!(bits >= kMinRungBitrate && bits <= kMaxRungBitrate)) {
        return bad(fmt::format("the bit rate {} is not between {}k and {}m", text,
                               kMinRungBitrate / 1'000, kMaxRungBitrate / 1'000'000));
    }
    return static_cast<std::uint32_t>(std::llround(bits));
}

Result<RungSetting> parse_rung(std::string_view text) {
    auto const colon = text.find(':');
    auto const size = text.substr(0, colon);
    unsigned height = 0;
    auto const* const end = size.data() + size.size();
    auto const [rest, error] = std::from_chars(size.data(), end, height);
    auto const suffix = std::string_view(rest, end);
    if (colon == std::string_view::npos || error != std::errc() || suffix != "p")
        return bad(fmt::format("'{}' is no rung: write 720p:2800k", text));
    auto const bitrate = parse_bitrate(text.substr(colon + 1));
    if (!bitrate) return std::unexpected(bitrate.error());
    return RungSetting{.height = height, .bitrate = *bitrate};
}

}  // namespace

std::vector<RungSetting> default_ladder() {
    return {{1080, 4'500'000}, {720, 2'800'000}, {480, 1'200'000}, {360, 700'000}};
}

Result<std::vector<RungSetting>> parse_ladder(std::string_view text) {
    constexpr std::string_view separators = " ,\t";
    std::vector<RungSetting> ladder;
    while (true) {
        auto const begin = text.find_first_not_of(separators);
        if (begin == std::string_view::npos) break;
        text.remove_prefix(begin);
        auto const word = text.substr(0, text.find_first_of(separators));
        text.remove_prefix(word.size());
        auto const rung = parse_rung(word);
        if (!rung) return std::unexpected(rung.error());
        ladder.push_back(*rung);
    }
    return check_ladder(std::move(ladder));
}

std::string to_string(std::span<RungSetting const> ladder) {
    std::string text;
    for (auto const& rung : ladder) {
        if (!text.empty()) text += ' ';
        text += rung.bitrate % 1'000 == 0 ? fmt::format("{}p:{}k", rung.height, rung.bitrate / 1000)
                                          : fmt::format("{}p:{}", rung.height, rung.bitrate);
    }
    return text;
}

Result<std::vector<RungSetting>> check_ladder(std::vector<RungSetting> ladder) {
    if (ladder.size() > kMaxRungs)
        return bad(fmt::format("{} rungs are too many: at most {}", ladder.size(), kMaxRungs));
    std::ranges::sort(ladder, std::ranges::greater(), &RungSetting::height);
    for (auto const& rung : ladder) {
        if (rung.height < kMinRungHeight || rung.height > kMaxRungHeight) {
            return bad(fmt::format("{}p is not between {}p and {}p", rung.height, kMinRungHeight,
                                   kMaxRungHeight));
        }
        if (rung.height % 2 != 0)
            return bad(fmt::format("{}p is odd: pictures have an even height", rung.height));
        if (rung.bitrate < kMinRungBitrate || rung.bitrate > kMaxRungBitrate) {
            return bad(fmt::format("the bit rate of {}p is not between {}k and {}m", rung.height,
                                   kMinRungBitrate / 1'000, kMaxRungBitrate / 1'000'000));
        }
    }
    for (std::size_t i = 1; i < ladder.size(); ++i) {
        auto const& larger = ladder[i - 1];
        auto const& smaller = ladder[i];
        if (larger.height == smaller.height)
            return bad(fmt::format("there are two rungs of {}p", larger.height));
        if (smaller.bitrate >= larger.bitrate) {
            return bad(fmt::format("{}p has to have fewer bits than {}p, or nobody would watch it",
                                   smaller.height, larger.height));
        }
    }
    return ladder;
}

std::vector<Rung> rungs_below(SourcePicture const& source, std::span<RungSetting const> ladder) {
    std::vector<Rung> rungs;
    auto const shorter = shorter_side(source);
    if (shorter == 0) return rungs;
    for (auto const& setting : ladder) {
        if (setting.height > shorter * kNearlySource) continue;
        if (source.bitrate != 0 && setting.bitrate >= source.bitrate) continue;
        rungs.push_back(
            fitted(source, setting.height, fmt::format("{}p", setting.height), setting.bitrate));
    }
    return rungs;
}

Rung top_rung(SourcePicture const& source, std::span<RungSetting const> ladder, std::string name) {
    auto shorter = shorter_side(source);
    if (!ladder.empty()) shorter = std::min(shorter, ladder.front().height);
    // The smallest rung that is not smaller has the bits for it; else as many a pixel as usual.
    std::uint32_t bitrate = 0;
    for (auto const& setting : ladder) {
        if (setting.height >= shorter) bitrate = setting.bitrate;
    }
    auto rung = fitted(source, shorter, std::move(name), bitrate);
    if (bitrate == 0) {
        auto const bits = kBitsPerPixel * rung.width * rung.height;
        rung.bitrate =
            std::clamp(static_cast<std::uint32_t>(bits), kMinRungBitrate, kMaxRungBitrate);
    }
    return rung;
}

}  // namespace directfanz::transcode
