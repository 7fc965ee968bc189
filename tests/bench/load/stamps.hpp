#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace directfanz::load {

/// The numbers of the pictures in a part, in their order: see kStampMark.
std::vector<std::size_t> stamps_in(std::string_view part);

}  // namespace directfanz::load
