#pragma once

#include "base/clock.hpp"
#include "media/packager/packager.hpp"

#include <string>
#include <string_view>

/// What is said of an encoder that could do better: the one place of the words.
namespace directfanz::live {

/// "key_frames_too_far_apart", for machines.
std::string_view name_of(packager::Advice advice);

/// One or two sentences for the creator: "Your key frames are 8 s apart: …".
std::string sentence(packager::Advice advice, milliseconds measured);

}  // namespace directfanz::live
