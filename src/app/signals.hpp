#pragma once

#include "base/clock.hpp"

#include <optional>

namespace directfanz::app {

/// SIGTERM, SIGINT and SIGHUP as something to wait for; SIGPIPE is ignored, because sendfile has no
/// other way to be kept quiet. Make one before the first thread: threads inherit what it blocks.
class Signals {
  public:
    Signals();
    ~Signals();
    Signals(Signals const&) = delete;
    Signals& operator=(Signals const&) = delete;

    enum class Wake {
        signal,  ///< to stop
        reload,  ///< SIGHUP
        notified,
        deadline,
    };

    /// Waits for a signal, for notify(), or until `deadline`.
    Wake wait_until(SteadyTime deadline);

    /// SIGTERM or SIGINT, after Wake::signal.
    int last_signal() const { return last_signal_; }

    /// From any thread.
    void notify();

  private:
    int take_signal();

    int signals_;
    int notified_;
    int last_signal_ = 0;
};

}  // namespace directfanz::app
