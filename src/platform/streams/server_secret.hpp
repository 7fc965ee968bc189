#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "system/db/database.hpp"

#include <cstddef>
#include <string_view>

namespace directfanz::streams {

/// A secret that the server has made for itself when it was first asked for. Blocks.
Result<Bytes> server_secret(db::Database& database, std::string_view name, std::size_t size);

}  // namespace directfanz::streams
