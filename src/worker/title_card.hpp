#pragma once

#include "base/bytes.hpp"
#include "worker/libav.hpp"

#include <string_view>

namespace directfanz::worker {

/// What stands in for a silent source: the stream's title, light on dark, in the middle.
/// `font` is a font file's bytes, any format of FreeType's; without one, and for letters that it
/// does not have, nothing is drawn.
Frame title_card(int width, int height, std::string_view title, ByteView font);

}  // namespace directfanz::worker
