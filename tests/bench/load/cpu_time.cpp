#include "load/cpu_time.hpp"

#include <sys/resource.h>

namespace directfanz::load {
namespace {

double to_seconds(timeval time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

double cpu_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return to_seconds(usage.ru_utime) + to_seconds(usage.ru_stime);
}

}  // namespace directfanz::load
