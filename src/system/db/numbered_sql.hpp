#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace directfanz::db {

/// A statement as PostgreSQL takes it: `:name` is `$1` everywhere it stands.
struct NumberedSql {
    std::string text;
    /// names[0] is $1.
    std::vector<std::string> names;

    bool operator==(NumberedSql const&) const = default;
};

/// Passes over strings ('it''s'), quoted names ("a"), comments and casts (::). Error: invalid for
/// what is not closed, and for $, which no statement here needs.
Result<NumberedSql> to_numbered(std::string_view sql);

}  // namespace directfanz::db
