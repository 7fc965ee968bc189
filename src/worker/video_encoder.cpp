#include "worker/video_encoder.hpp"

#include "worker/hardware_encoder.hpp"
#include "worker/x264_encoder.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace directfanz::worker {
namespace {

constexpr std::array<std::pair<std::string_view, EncoderKind>, 4> kKinds{
    {{"x264", EncoderKind::x264},
     {"nvenc", EncoderKind::nvenc},
     {"qsv", EncoderKind::qsv},
     {"vaapi", EncoderKind::vaapi}}};

}  // namespace

std::optional<EncoderKind> encoder_kind(std::string_view name) {
    for (auto const& [known, kind] : kKinds)
        if (known == name) return kind;
    return std::nullopt;
}

std::string_view to_string(EncoderKind kind) {
    for (auto const& [name, known] : kKinds)
        if (known == kind) return name;
    return "unknown";
}

std::string describe_encoder(EncoderKind kind) {
    return kind == EncoderKind::x264 ? X264Encoder::name() : HardwareEncoder::name(kind);
}

Result<std::unique_ptr<VideoEncoder>> open_encoder(EncoderKind kind,
                                                   EncoderSettings const& settings) {
    if (kind == EncoderKind::x264) return X264Encoder::open(settings);
    return HardwareEncoder::open(kind, settings);
}

}  // namespace directfanz::worker
