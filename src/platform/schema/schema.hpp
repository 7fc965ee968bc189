#pragma once

#include "system/db/migrate.hpp"

#include <span>

namespace directfanz::schema {

/// The steps NNNN_name.sql of this folder, in order.
std::span<db::Migration const> migrations();

}  // namespace directfanz::schema
