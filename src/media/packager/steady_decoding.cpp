#include "media/packager/steady_decoding.hpp"

#include <algorithm>

namespace directfanz::packager {

Sample SteadyDecoding::steady(Sample sample) {
    auto const pts = sample.pts();
    auto dts = sample.dts;
    if (sample.sync) {
        delay_ = std::min(delay_.value_or(sample.composition_offset),
                          std::int64_t{sample.composition_offset});
        dts = pts - *delay_;
    } else if (last_ && dts <= *last_ && *last_ < pts) {
        dts = *last_ + 1;
    }
    last_ = dts;
    sample.dts = dts;
    sample.composition_offset = static_cast<std::int32_t>(pts - dts);
    return sample;
}

}  // namespace directfanz::packager
