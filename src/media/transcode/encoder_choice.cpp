#include "media/transcode/encoder_choice.hpp"

namespace directfanz::transcode {

EncoderChoice choose_encoder(std::string_view wanted, EncoderProber const& probe) {
    EncoderChoice choice;
    for (auto const encoder : kEncoders) {
        if (wanted != "auto" && wanted != encoder) continue;
        auto const found = probe(std::string(encoder));
        choice.findings.push_back({.encoder = std::string(encoder),
                                   .works = found.has_value(),
                                   .words = found ? *found : found.error().message});
        if (!found) continue;
        choice.encoder = encoder;
        break;
    }
    return choice;
}

}  // namespace directfanz::transcode
