#pragma once

#include "base/clock.hpp"
#include "media/packager/packager.hpp"
#include "media/transcode/plan.hpp"

namespace directfanz::live {

struct LiveSettings {
    packager::PackagerSettings packager;
    /// How long a dropped publisher's broadcast waits for it. 0 to 30 minutes.
    seconds grace{60};
    /// A publisher that has sent no media for this long loses its key to the next one that asks.
    milliseconds takeover_silence{3000};
    /// How long the last window of a broadcast that has ended can still be played.
    seconds retention{120};
    /// For broadcasts that are given workers.
    transcode::TranscodeSettings transcode;
};

}  // namespace directfanz::live
