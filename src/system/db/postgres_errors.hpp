#pragma once

#include "base/result.hpp"

#include <string_view>

namespace directfanz::db {

/// PostgreSQL's SQLSTATE (its manual, appendix A; empty if there is none) in the categories and
/// words of ours. `message` is the server's primary message, which holds no values; `server` says
/// which it is.
Error explain_sqlstate(std::string_view state, std::string_view message, std::string_view server);

/// Another transaction was in the way: serialization failure, deadlock.
bool is_collision(std::string_view state);

}  // namespace directfanz::db
