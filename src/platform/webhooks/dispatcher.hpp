#pragma once

#include "platform/events/events.hpp"
#include "platform/webhooks/delivery_store.hpp"
#include "system/web_client/web_client.hpp"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace directfanz::webhooks {

/// Makes deliveries of what happened, and sends those that are due, on a thread of its own that
/// asks the database and sleeps. A delivery is sent at least once: one that was under way when the
/// program ended is sent again at the next start.
class Dispatcher {
  public:
    /// As WebClient::start().
    using Send = std::function<void(web_client::Request,
                                    std::move_only_function<void(Result<web_client::Response>)>)>;

    struct Hooks {
        Send send;
        /// A webhook was switched off because its server took nothing for long. On the
        /// dispatcher's thread.
        std::function<void(Webhook const&)> switched_off;
        std::function<WallTime()> now = wall_now;
    };

    /// Whoever sends must have ended all that is under way before this goes.
    Dispatcher(db::Database& database, Hooks hooks)
        : outbox_(database), deliveries_(database), hooks_(std::move(hooks)) {}
    ~Dispatcher() { stop(); }
    Dispatcher(Dispatcher const&) = delete;
    Dispatcher& operator=(Dispatcher const&) = delete;

    void start();
    /// There is something new. From any thread.
    void wake();
    /// Writes down what became of what was sent, and returns. Stop the sender before.
    void stop();

    /// Under way at a time: in all, for one webhook, and for all of one account, so that servers
    /// that take their time hold up nobody else's deliveries.
    static constexpr std::size_t kMostAtOnce = 64;
    static constexpr std::size_t kMostForOne = 4;
    static constexpr std::size_t kMostForAccount = 8;
    /// What other processes wrote (the command line) is found so often.
    static constexpr milliseconds kLook{5'000};
    static constexpr milliseconds kAfterFailure{1'000};
    static constexpr std::chrono::hours kCleanInterval{1};

  private:
    struct Settled {
        Delivery delivery;
        Outcome outcome;
    };

    void run();
    /// One round: writes down, hands on, sends. Returns how long to sleep at most.
    milliseconds round();
    Result<void> settle();
    Result<void> hand_on();
    Result<void> send_due(WallTime now);
    Result<void> send(Delivery const& delivery, AccountId const& account, WallTime now);
    std::size_t busy_for(DueWebhook const& webhook) const;
    std::size_t busy_for(AccountId const& account) const;
    bool has_room(DueWebhook const& webhook) const;
    Result<void> clean(WallTime now);
    void answered(Delivery delivery, Result<web_client::Response> const& answer);

    events::Outbox outbox_;
    DeliveryStore deliveries_;
    Hooks hooks_;

    // The thread's own.
    std::vector<Settled> settled_;
    /// A delivery, and where it goes.
    std::map<std::string, DueWebhook> under_way_;
    std::optional<WallTime> cleaned_at_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Settled> answers_;
    bool woken_ = false;
    bool stopping_ = false;
    std::jthread thread_;
};

}  // namespace directfanz::webhooks
