#pragma once

#include "base/result.hpp"

#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::transcode {

/// The one that every machine has.
inline constexpr std::string_view kSoftwareEncoder = "x264";

/// As the worker knows them, the best first: what a graphics card encodes costs the machine least.
inline constexpr std::array<std::string_view, 4> kEncoders{"nvenc", "qsv", "vaapi",
                                                           kSoftwareEncoder};

struct EncoderFinding {
    std::string encoder;
    bool works = false;
    /// What it calls itself, or else why it does not work.
    std::string words;

    bool operator==(EncoderFinding const&) const = default;
};

struct EncoderChoice {
    /// Empty if none of those that may be used works.
    std::string encoder;
    /// Of all that were tried; the chosen one is the last.
    std::vector<EncoderFinding> findings;

    bool operator==(EncoderChoice const&) const = default;
};

/// Tries one really; probe_encoder() does.
using EncoderProber = std::function<Result<std::string>(std::string const& encoder)>;

/// `wanted`: "auto" for the first of kEncoders that works, or the only one that may be used.
EncoderChoice choose_encoder(std::string_view wanted, EncoderProber const& probe);

}  // namespace directfanz::transcode
