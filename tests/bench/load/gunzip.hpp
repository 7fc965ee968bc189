#pragma once

#include <string>
#include <string_view>

namespace directfanz::load {

/// Takes the gzip off. Throws std::runtime_error.
std::string gunzip(std::string_view bytes);

}  // namespace directfanz::load
