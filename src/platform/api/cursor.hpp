#pragma once

#include "base/result.hpp"
#include "system/db/connection.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::api {

/// Longest cursor that is looked at.
inline constexpr std::size_t kMaxCursorBytes = 500;

/// The last row's sort keys as an opaque text for the next page. `list` names the list and its
/// order, so that the cursor of another one is refused.
std::string encode_cursor(std::string_view list, std::vector<db::Value> const& keys);

/// The keys again. `shape` has a character each: 'n' for a number, 't' for a text, upper case where
/// null is possible.
///
/// Error: invalid for what encode_cursor() did not make of such a list. Whoever makes a cursor by
/// hand sees another part of the same list, no more.
Result<std::vector<db::Value>> decode_cursor(std::string_view list, std::string_view shape,
                                             std::string_view cursor);

}  // namespace directfanz::api
