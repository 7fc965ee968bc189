#pragma once

namespace directfanz::load {

/// CPU seconds, user and system, that this process has used.
double cpu_seconds();

}  // namespace directfanz::load
