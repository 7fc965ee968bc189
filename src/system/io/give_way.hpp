#pragma once

#include "system/io/task.hpp"

namespace directfanz::io {

/// Lets the loop's others have a turn.
Task<> give_way();

}  // namespace directfanz::io
