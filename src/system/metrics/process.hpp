#pragma once

#include "system/metrics/family.hpp"

namespace directfanz::metrics {

/// What every process tells, under the names that Prometheus' client libraries share: CPU, memory,
/// descriptors, start. Read from /proc; what cannot be read is left out.
std::vector<Family> process_metrics();

}  // namespace directfanz::metrics
