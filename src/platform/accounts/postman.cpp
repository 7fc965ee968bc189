#include "platform/accounts/postman.hpp"

#include "base/log.hpp"

#include <utility>

namespace directfanz::accounts {

void Postman::post(mail::Message message) {
    if (++waiting_ > kMaxWaiting) {
        --waiting_;
        log::error("mail_dropped", {{"kind", message.kind}, {"reason", "too many wait"}});
        return;
    }
    threads_.post([this, message = std::move(message)] {
        deliver(message);
        --waiting_;
    });
}

void Postman::deliver(mail::Message const& message) {
    for (int tried = 1;; ++tried) {
        auto const sent = mailer_.send(message);
        if (sent) return;
        auto const may_pass =
            sent.error().kind == ErrorKind::unavailable || sent.error().kind == ErrorKind::timeout;
        if (!may_pass || tried == kTries || !wait()) {
            log::error("mail_failed", {{"kind", message.kind}, {"error", describe(sent.error())}});
            return;
        }
    }
}

bool Postman::wait() {
    std::unique_lock lock(mutex_);
    return !stopping_.wait_for(lock, between_tries_, [this] { return stopped_; });
}

void Postman::stop() {
    {
        std::lock_guard const lock(mutex_);
        stopped_ = true;
    }
    stopping_.notify_all();
    threads_.stop();
}

}  // namespace directfanz::accounts
