#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace directfanz::io {

namespace asio = boost::asio;

/// The one executor of the program: that of an EventLoop. A concrete type costs no virtual calls.
using Executor = asio::io_context::executor_type;

/// A coroutine that runs on one EventLoop.
///
/// House rule: one `co_await` a statement, into a named variable; no lambda coroutine with
/// captures.
template <typename T = void>
using Task = asio::awaitable<T, Executor>;

/// The completion token of all asynchronous operations.
inline constexpr asio::use_awaitable_t<Executor> awaiting{};

}  // namespace directfanz::io
