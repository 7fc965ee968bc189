#pragma once

#include "base/result.hpp"

#include <string_view>

namespace directfanz::db {

/// Error: invalid for a text that PostgreSQL cannot hold, so that SQLite does not, either: one with
/// a NUL in it.
Result<void> check_text(std::string_view text);

/// The error of a statement whose `:name` was given no value.
std::unexpected<Error> missing_parameter(std::string_view name);

}  // namespace directfanz::db
