#include "platform/webhooks/dispatcher.hpp"

#include "base/log.hpp"
#include "base/random.hpp"
#include "platform/webhooks/signature.hpp"

#include <algorithm>
#include <deque>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace directfanz::webhooks {
namespace {

constexpr std::size_t kEventsAtOnce = 100;
constexpr std::size_t kWebhooksAtOnce = 2 * Dispatcher::kMostAtOnce;

/// 0…1
double random_chance() {
    auto const bytes = random_bytes(2);
    return (bytes[0] * 256 + bytes[1]) / 65'535.0;
}

/// What may go to one webhook in this round.
struct Turn {
    DueWebhook webhook;
    std::deque<Delivery> waiting;
    bool asked = false;
};

web_client::Request request_for(Webhook const& webhook, Delivery const& delivery, WallTime now) {
    auto const timestamp = std::chrono::floor<seconds>(now).time_since_epoch().count();
    return {
        .url = webhook.url,
        .method = "POST",
        .headers = {{"content-type", "application/json"},
                    {"webhook-id", delivery.event},
                    {"webhook-timestamp", fmt::to_string(timestamp)},
                    {"webhook-signature", signatures(webhook, delivery.event, now, delivery.body)}},
        .body = delivery.body};
}

}  // namespace

void Dispatcher::start() {
    thread_ = std::jthread([this] { run(); });
}

void Dispatcher::wake() {
    {
        std::lock_guard const lock(mutex_);
        woken_ = true;
    }
    changed_.notify_one();
}

void Dispatcher::stop() {
    {
        std::lock_guard const lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Dispatcher::run() {
    for (;;) {
        auto const sleep = round();
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, sleep, [this] { return woken_ || stopping_; });
        if (stopping_) break;
        woken_ = false;
    }
    auto const written = settle();
    if (!written) log::warning("webhook_log_not_written", {{"error", describe(written.error())}});
}

milliseconds Dispatcher::round() {
    auto const now = hooks_.now();
    auto done = settle();
    if (done) done = hand_on();
    if (done) done = send_due(now);
    if (done) done = clean(now);
    if (!done) {
        log::warning("webhooks_wait", {{"error", describe(done.error())}});
        return kAfterFailure;
    }
    auto const next = deliveries_.next_due(now);
    if (!next) return kAfterFailure;
    if (!*next) return kLook;
    return std::clamp(std::chrono::ceil<milliseconds>(**next - now), milliseconds(1), kLook);
}

Result<void> Dispatcher::settle() {
    {
        std::lock_guard const lock(mutex_);
        std::ranges::move(answers_, std::back_inserter(settled_));
        answers_.clear();
    }
    while (!settled_.empty()) {
        auto const& [delivery, outcome] = settled_.back();
        auto const off = deliveries_.settle(delivery, outcome, hooks_.now(), random_chance());
        if (!off) return std::unexpected(off.error());
        log::debug("webhook_sent", {{"webhook", delivery.webhook},
                                    {"event", delivery.event},
                                    {"delivered", outcome.delivered},
                                    {"status", outcome.status.value_or(0)}});
        if (*off) {
            log::warning("webhook_switched_off", {{"webhook", delivery.webhook}});
            hooks_.switched_off(**off);
        }
        under_way_.erase(delivery.id);
        settled_.pop_back();
    }
    return {};
}

Result<void> Dispatcher::hand_on() {
    for (;;) {
        auto const events = outbox_.waiting(kEventsAtOnce);
        if (!events) return std::unexpected(events.error());
        for (auto const& event : *events) {
            auto const made = deliveries_.hand_on(event, hooks_.now());
            if (!made) return std::unexpected(made.error());
        }
        if (events->size() < kEventsAtOnce) return {};
    }
}

std::size_t Dispatcher::busy_for(DueWebhook const& webhook) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        under_way_, [&](auto const& one) { return one.second.id == webhook.id; }));
}

std::size_t Dispatcher::busy_for(AccountId const& account) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        under_way_, [&](auto const& one) { return one.second.account == account; }));
}

bool Dispatcher::has_room(DueWebhook const& webhook) const {
    return busy_for(webhook) < kMostForOne && busy_for(webhook.account) < kMostForAccount;
}

Result<void> Dispatcher::send_due(WallTime now) {
    auto const webhooks = deliveries_.due_webhooks(now, kWebhooksAtOnce);
    if (!webhooks) return std::unexpected(webhooks.error());
    std::vector<Turn> turns;
    for (auto const& webhook : *webhooks) {
        if (has_room(webhook)) turns.push_back({.webhook = webhook, .waiting = {}});
    }
    while (!turns.empty() && under_way_.size() < kMostAtOnce) {
        // Whoever has least under way goes first, not whoever has waited longest: what waits for a
        // server that takes its time is always old.
        auto const turn = std::ranges::min_element(turns, {}, [this](Turn const& one) {
            return std::pair(busy_for(one.webhook.account), busy_for(one.webhook));
        });
        if (!turn->asked) {
            // Those that are under way are due still.
            auto due =
                deliveries_.due(turn->webhook.id, now, kMostForOne + busy_for(turn->webhook));
            if (!due) return std::unexpected(due.error());
            std::erase_if(*due,
                          [this](Delivery const& one) { return under_way_.contains(one.id); });
            turn->waiting.assign(std::move_iterator(due->begin()), std::move_iterator(due->end()));
            turn->asked = true;
        }
        if (turn->waiting.empty() || !has_room(turn->webhook)) {
            turns.erase(turn);
            continue;
        }
        auto const sent = send(turn->waiting.front(), turn->webhook.account, now);
        if (!sent) return sent;
        turn->waiting.pop_front();
    }
    return {};
}

Result<void> Dispatcher::send(Delivery const& delivery, AccountId const& account, WallTime now) {
    auto const webhook = deliveries_.receiver(delivery.webhook);
    if (!webhook) return std::unexpected(webhook.error());
    if (!*webhook) return {};
    under_way_.emplace(delivery.id, DueWebhook{.id = delivery.webhook, .account = account});
    hooks_.send(request_for(**webhook, delivery, now),
                [this, delivery = delivery](Result<web_client::Response> answer) mutable {
                    answered(std::move(delivery), answer);
                });
    return {};
}

void Dispatcher::answered(Delivery delivery, Result<web_client::Response> const& answer) {
    // The sender was stopped: that says nothing about the receiver.
    if (!answer && answer.error().kind == ErrorKind::closed) return;
    {
        std::lock_guard const lock(mutex_);
        answers_.push_back({.delivery = std::move(delivery), .outcome = outcome_of(answer)});
        woken_ = true;
    }
    changed_.notify_one();
}

Result<void> Dispatcher::clean(WallTime now) {
    if (cleaned_at_ && now - *cleaned_at_ < kCleanInterval) return {};
    auto const cleaned = deliveries_.clean(now);
    if (!cleaned) return cleaned;
    auto const forgotten = outbox_.forget(now - DeliveryStore::kKeep);
    if (!forgotten) return std::unexpected(forgotten.error());
    cleaned_at_ = now;
    return {};
}

}  // namespace directfanz::webhooks
