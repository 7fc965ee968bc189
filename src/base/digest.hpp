#pragma once

#include "base/bytes.hpp"

#include <string>

namespace directfanz {

/// Lower-case hexadecimal.
std::string to_hex(ByteView bytes);

/// SHA-256 (FIPS 180-4), 32 bytes.
Bytes sha256(ByteView bytes);

}  // namespace directfanz
