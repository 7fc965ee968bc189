#pragma once

#include "base/clock.hpp"
#include "system/io/event_loop.hpp"

#include <chrono>

#include <boost/asio/basic_waitable_timer.hpp>

namespace directfanz::io {

using SteadyTimer =
    asio::basic_waitable_timer<std::chrono::steady_clock,
                               asio::wait_traits<std::chrono::steady_clock>, Executor>;

/// Returns after `duration`; throws operation_aborted when cancelled.
Task<> sleep_for(EventLoop& loop, std::chrono::nanoseconds duration);

}  // namespace directfanz::io
