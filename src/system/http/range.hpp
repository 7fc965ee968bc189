#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace directfanz::http {

/// Bytes [first, last] of a representation, both included.
struct ByteRange {
    std::uint64_t first = 0;
    std::uint64_t last = 0;

    std::uint64_t size() const { return last - first + 1; }
    bool operator==(ByteRange const&) const = default;
};

enum class RangeKind {
    whole,          ///< no range that we serve: another unit, malformed, or several
    partial,        ///< `range` is to be sent
    unsatisfiable,  ///< well-formed, but outside of the representation
};

struct RangeChoice {
    RangeKind kind = RangeKind::whole;
    ByteRange range;
};

/// What a Range field ("bytes=0-99", "bytes=100-", "bytes=-100") asks of `size` bytes
/// (RFC 9110, 14.1.2). A last position past the end is cut to it.
RangeChoice choose_range(std::string_view field, std::uint64_t size);

}  // namespace directfanz::http
