#pragma once

#include "base/clock.hpp"
#include "system/io/blocking.hpp"
#include "system/mail/mailer.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace directfanz::accounts {

/// Sends letters on threads of its own: nobody waits for a mail server. What cannot be sent now is
/// tried again some times; what cannot be sent at all is told in the log, and its reader asks for
/// another one.
class Postman {
  public:
    explicit Postman(mail::Mailer& mailer, milliseconds between_tries = kBetweenTries)
        : mailer_(mailer), between_tries_(between_tries), threads_(kThreads) {}
    ~Postman() { stop(); }

    /// Any thread. Beyond kMaxWaiting letters a further one is dropped, and told in the log.
    void post(mail::Message message);

    void stop();

    static constexpr std::size_t kThreads = 2;
    static constexpr std::size_t kMaxWaiting = 10'000;
    static constexpr int kTries = 3;
    static constexpr milliseconds kBetweenTries{5'000};

  private:
    void deliver(mail::Message const& message);
    /// False when there is no more time.
    bool wait();

    mail::Mailer& mailer_;
    milliseconds const between_tries_;
    std::atomic<std::size_t> waiting_ = 0;
    std::mutex mutex_;
    std::condition_variable stopping_;
    bool stopped_ = false;
    io::BlockingPool threads_;
};

}  // namespace directfanz::accounts
