#pragma once

#include "base/byte_reader.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

/// CBOR (RFC 8949) as authenticators write it (CTAP 2, 8: no indefinite lengths, no tags), read in
/// place. Failure is the ByteReader's: sticky.
namespace directfanz::webauthn {

/// RFC 8949, 3.1.
enum class CborKind : std::uint8_t {
    positive,  ///< an integer: the argument
    negative,  ///< an integer: -1 - the argument
    bytes,     ///< the argument is how many follow
    text,      ///< the same, of UTF-8
    array,     ///< the argument is how many items follow
    map,       ///< the argument is how many pairs follow
    tag,
    simple,  ///< false, true, null, or a floating-point number
};

struct CborHead {
    CborKind kind = CborKind::simple;
    std::uint64_t argument = 0;
};

/// How deep items may stand in one another.
inline constexpr unsigned kMaxCborDepth = 8;

/// The beginning of an item; `bytes` and `text` have to follow, as have the items of `array` and
/// `map`, of which no more are promised than there are bytes left.
CborHead read_cbor_head(ByteReader& reader);

/// The bytes of one whole item, with all that is in it.
ByteView read_cbor_item(ByteReader& reader);

/// An integer; fails for another item, and for one that does not fit.
std::int64_t read_cbor_integer(ByteReader& reader);

/// A text; fails for another item.
std::string_view read_cbor_text(ByteReader& reader);

/// A string of bytes; fails for another item.
ByteView read_cbor_bytes(ByteReader& reader);

}  // namespace directfanz::webauthn
