#pragma once

#include "base/blob.hpp"
#include "media/codec/track.hpp"

#include <optional>

namespace directfanz::aac {

/// An access unit that is silent, for a track of AAC-LC in one or two channels; none for others.
std::optional<Blob> silent_frame(Track const& track);

}  // namespace directfanz::aac
