#pragma once

#include "base/bytes.hpp"

#include <cstddef>
#include <string>

namespace directfanz {

/// Bytes from the operating system's generator, fit for keys. Ends the program if there are none.
Bytes random_bytes(std::size_t count);

/// `bits / 5` (rounded up) characters of Crockford's base 32 in lower case: no i, l, o, u, so that
/// people can read it to one another.
std::string random_token(std::size_t bits);

}  // namespace directfanz
