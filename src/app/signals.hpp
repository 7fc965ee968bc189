#pragma once

#include "base/clock.hpp"

#include <optional>

namespace directfanz::app {

/// SIGTERM and SIGINT as something to wait for; SIGPIPE is ignored, because sendfile has no other
/// way to be kept quiet. Make one before the first thread: threads inherit what it blocks.
class Signals {
  public:
    Signals();
    ~Signals();
    Signals(Signals const&) = delete;
    Signals& operator=(Signals const&) = delete;

    /// Waits for SIGTERM or SIGINT and returns which.
    int wait();

    enum class Wake { signal, notified, deadline };

    /// Waits for a signal, for notify(), or until `deadline`.
    Wake wait_until(SteadyTime deadline);

    /// From any thread.
    void notify();

  private:
    int take_signal();

    int signals_;
    int notified_;
};

}  // namespace directfanz::app
