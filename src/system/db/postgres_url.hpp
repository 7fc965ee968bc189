#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace directfanz::db {

/// Error: invalid for what is not postgresql://[user[:password]@][host][:port][/database][?…]. It
/// does not repeat the text, which may hold a password.
Result<void> check_postgres_url(std::string_view url);

/// The same URL for people: with *** in place of each password in it, however malformed it is.
std::string without_passwords(std::string_view url);

}  // namespace directfanz::db
