#include "app/spare_memory.hpp"

#include <condition_variable>
#include <mutex>
#include <stop_token>

#include <malloc.h>

namespace directfanz::app {
namespace {

void look_after(std::stop_token const& stop, milliseconds interval) {
    std::mutex mutex;
    std::condition_variable_any sleeping;
    SpareMemoryRule rule;
    std::unique_lock lock(mutex);
    while (!sleeping.wait_for(lock, stop, interval, [&stop] { return stop.stop_requested(); })) {
        if (rule.due(::mallinfo2().fordblks)) ::malloc_trim(0);
    }
}

}  // namespace

SpareMemory::SpareMemory(milliseconds interval)
    : thread_([interval](std::stop_token const& stop) { look_after(stop, interval); }) {}

}  // namespace directfanz::app
