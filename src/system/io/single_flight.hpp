#pragma once

#include "system/io/event_loop.hpp"

#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/asio/async_result.hpp>

namespace directfanz::io {

/// Merges a question that many ask at once, from whatever loops: the first one asks it, those who
/// come before the answer wait for that, and each gets a copy on its own loop.
///
/// A waiter is not to be cancelled: it takes as long as the one who asks.
template <typename Key, typename Value>
class SingleFlight {
  public:
    /// `ask` makes a Task<Value>. Its exception is thrown at all who wait.
    template <typename Ask>
    Task<Value> ask(Key key, Ask ask) {
        bool first = false;
        std::shared_ptr<Flight> flight;
        {
            std::lock_guard const lock(mutex_);
            auto& place = flights_[key];
            first = place == nullptr;
            if (first) place = std::make_shared<Flight>();
            flight = place;
        }
        if (first) {
            try {
                auto value = co_await ask();
                flight->value.emplace(std::move(value));
            } catch (...) {
                flight->failure = std::current_exception();
            }
            land(key, *flight);
        } else {
            co_await landing(flight);
        }
        if (flight->failure) std::rethrow_exception(flight->failure);
        co_return *flight->value;
    }

  private:
    struct Flight {
        /// Written before `landed`, and only read after it.
        std::optional<Value> value;
        std::exception_ptr failure;
        /// Under the mutex.
        bool landed = false;
        std::vector<std::move_only_function<void()>> waiting;
    };

    void land(Key const& key, Flight& flight) {
        std::vector<std::move_only_function<void()>> waiting;
        {
            std::lock_guard const lock(mutex_);
            flight.landed = true;
            waiting.swap(flight.waiting);
            flights_.erase(key);
        }
        for (auto& wake : waiting) wake();
    }

    Task<> landing(std::shared_ptr<Flight> flight) {
        auto initiate = [this, &flight](auto handler) {
            auto& home = *EventLoop::current();
            std::move_only_function<void()> wake = [&home, handler = std::move(handler)]() mutable {
                home.post([handler = std::move(handler)]() mutable { std::move(handler)(); });
            };
            std::unique_lock lock(mutex_);
            if (!flight->landed) {
                flight->waiting.push_back(std::move(wake));
                return;
            }
            lock.unlock();
            wake();
        };
        co_await asio::async_initiate<asio::use_awaitable_t<Executor> const, void()>(initiate,
                                                                                     awaiting);
    }

    std::mutex mutex_;
    std::unordered_map<Key, std::shared_ptr<Flight>> flights_;
};

}  // namespace directfanz::io
