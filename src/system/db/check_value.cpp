#include "system/db/check_value.hpp"

#include <fmt/format.h>

namespace directfanz::db {

Result<void> check_text(std::string_view text) {
    if (text.find('\0') == text.npos) return {};
    return fail(ErrorKind::invalid, "database", "a text with a NUL character cannot be kept");
}

std::unexpected<Error> missing_parameter(std::string_view name) {
    return fail(ErrorKind::invalid, "database",
                fmt::format("the statement's parameter {} was given no value", name));
}

}  // namespace directfanz::db
