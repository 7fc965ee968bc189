#include "system/io/timer.hpp"

namespace directfanz::io {

Task<> sleep_for(EventLoop& loop, std::chrono::nanoseconds duration) {
    SteadyTimer timer(loop.executor(), duration);
    co_await timer.async_wait(awaiting);
}

}  // namespace directfanz::io
