#include "platform/webhooks/dispatcher.hpp"

#include "platform/webhooks/test_support.hpp"

#include <algorithm>
#include <atomic>
#include <deque>

#include <gmock/gmock.h>

namespace directfanz::webhooks {
namespace {

using events::EventType;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Takes requests and answers them when told to.
class Receiver {
  public:
    using Done = std::move_only_function<void(Result<web_client::Response>)>;
    struct Asked {
        web_client::Request request;
        Done done;
    };

    ~Receiver() { stop(); }

    Dispatcher::Send send() {
        return [this](web_client::Request request, Done done) {
            std::lock_guard const lock(mutex_);
            asked_.push_back({std::move(request), std::move(done)});
            ++count_;
            changed_.notify_all();
        };
    }

    /// The oldest request that has no answer yet.
    Asked next() {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(lock, seconds(60), [this] { return !asked_.empty(); })) {
            throw std::runtime_error("nobody asked");
        }
        auto first = std::move(asked_.front());
        asked_.pop_front();
        return first;
    }

    /// Waits until that many have been asked in all.
    void expect_asked(std::size_t count) {
        std::unique_lock lock(mutex_);
        ASSERT_TRUE(changed_.wait_for(lock, seconds(60), [&] { return count_ >= count; }));
        EXPECT_EQ(count_, count);
    }

    std::string newest_url() {
        std::lock_guard const lock(mutex_);
        return asked_.back().request.url;
    }

    std::size_t count() {
        std::lock_guard const lock(mutex_);
        return count_;
    }

    /// As a client that is stopped.
    void stop() {
        std::lock_guard const lock(mutex_);
        for (auto& asked : asked_) asked.done(fail(ErrorKind::closed, "client", "stopped"));
        asked_.clear();
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Asked> asked_;
    std::size_t count_ = 0;
};

std::string header(web_client::Request const& request, std::string_view name) {
    auto const found = std::ranges::find(request.headers, name, &web_client::Header::name);
    return found == request.headers.end() ? "" : found->value;
}

web_client::Response status(int code) {
    return {.status = code, .headers = {}, .body = "thanks"};
}

class DispatcherTest : public WebhookFixture {
  protected:
    void SetUp() override {
        teller.listen([this](events::Event const&) { dispatcher->wake(); });
        restart();
    }

    void TearDown() override {
        receiver.stop();
        dispatcher->stop();
    }

    void restart() {
        dispatcher.emplace(*database,
                           Dispatcher::Hooks{.send = receiver.send(),
                                             .switched_off =
                                                 [this](Webhook const& webhook) {
                                                     std::lock_guard const lock(mutex);
                                                     switched_off.push_back(webhook.id);
                                                 },
                                             .now = [this] { return WallTime(now.load()); }});
        dispatcher->start();
    }

    /// Waits until the newest delivery of the webhook says so.
    void expect_log(std::string const& webhook, auto const& says) {
        auto const deadline = steady_now() + seconds(60);
        while (steady_now() < deadline) {
            auto const entries = log(webhook);
            if (!entries.empty() && says(entries.front())) return;
            std::this_thread::sleep_for(milliseconds(2));
        }
        FAIL() << "the log did not come to say so";
    }

    void pass(seconds time) {
        now = now.load() + time;
        dispatcher->wake();
    }

    std::atomic<WallTime::duration> now = kStart.time_since_epoch();
    Receiver receiver;
    std::mutex mutex;
    std::vector<std::string> switched_off;
    std::optional<Dispatcher> dispatcher;
};

ON_EVERY_DATABASE(DispatcherTest);

TEST_P(DispatcherTest, WhatHappensIsSentSignedAndWrittenDown) {
    auto const webhook = create("hook1");
    auto const event = happen();
    auto asked = receiver.next();
    EXPECT_EQ(asked.request.method, "POST");
    EXPECT_EQ(asked.request.url, webhook.url);
    EXPECT_EQ(asked.request.body, to_json(event));
    EXPECT_EQ(header(asked.request, "content-type"), "application/json");
    EXPECT_EQ(header(asked.request, "webhook-id"), event.id);
    EXPECT_EQ(header(asked.request, "webhook-timestamp"), "1800000000");
    EXPECT_EQ(header(asked.request, "webhook-signature"),
              sign(webhook.secret, event.id, 1'800'000'000, asked.request.body));
    asked.done(status(200));
    expect_log("hook1", [](Delivery const& d) { return d.state == DeliveryState::delivered; });
    EXPECT_EQ(log("hook1")[0].attempts, 1);
    EXPECT_EQ(log("hook1")[0].response, "thanks");
    EXPECT_EQ(receiver.count(), 1U);
}

TEST_P(DispatcherTest, AFailureIsTriedAgainWhenItsTimeHasCome) {
    create("hook1");
    auto const event = happen();
    receiver.next().done(status(500));
    expect_log("hook1", [](Delivery const& d) { return d.attempts == 1; });
    pass(seconds(3));
    pass(seconds(3));
    auto again = receiver.next();
    EXPECT_EQ(header(again.request, "webhook-id"), event.id) << "the same event";
    EXPECT_EQ(header(again.request, "webhook-timestamp"), "1800000006") << "another attempt";
    again.done(fail(ErrorKind::timeout, "receiver.example", "it took too long"));
    expect_log("hook1", [](Delivery const& d) { return d.attempts == 2; });
    EXPECT_EQ(log("hook1")[0].response, "it took too long");
    EXPECT_EQ(receiver.count(), 2U);
}

TEST_P(DispatcherTest, OneSlowReceiverHoldsUpNobodyElse) {
    create("slow");
    create("quick", {EventType::stream_ended});
    constexpr auto kMore = 2 * Dispatcher::kMostForOne;
    for (std::size_t i = 0; i < kMore; ++i) happen();
    receiver.expect_asked(Dispatcher::kMostForOne);
    happen(EventType::stream_ended);
    receiver.expect_asked(Dispatcher::kMostForOne + 1);
    for (std::size_t i = 0; i < kMore + 1; ++i) receiver.next().done(status(200));
    expect_log("slow", [&](Delivery const&) {
        return std::ranges::all_of(
            log("slow"), [](Delivery const& d) { return d.state == DeliveryState::delivered; });
    });
    EXPECT_EQ(receiver.count(), kMore + 1) << "each was sent once";
}

TEST_P(DispatcherTest, OneAccountsSlowReceiversHoldUpNobodyElse) {
    constexpr std::size_t kWebhooks = 20;
    for (std::size_t i = 0; i < kWebhooks; ++i) create("slow" + std::to_string(i));
    create("quick", {EventType::stream_live}, "bert");
    constexpr std::size_t kEvents = 4;
    for (std::size_t i = 0; i < kEvents; ++i) happen();
    receiver.expect_asked(Dispatcher::kMostForAccount);
    happen(EventType::stream_live, "bert");
    receiver.expect_asked(Dispatcher::kMostForAccount + 1);
    for (std::size_t i = 0; i < kEvents * kWebhooks + 1; ++i) receiver.next().done(status(200));
    for (std::size_t i = 0; i < kWebhooks; ++i) {
        expect_log("slow" + std::to_string(i), [&](Delivery const&) {
            return std::ranges::all_of(log("slow" + std::to_string(i)), [](Delivery const& d) {
                return d.state == DeliveryState::delivered;
            });
        });
    }
    EXPECT_EQ(receiver.count(), kEvents * kWebhooks + 1) << "each was sent once";
}

TEST_P(DispatcherTest, WhatHasWaitedLongestDoesNotAlwaysGoFirst) {
    constexpr auto kAccounts = Dispatcher::kMostAtOnce / Dispatcher::kMostForAccount;
    constexpr auto kWebhooks = Dispatcher::kMostForAccount / Dispatcher::kMostForOne;
    for (std::size_t i = 0; i < kAccounts; ++i) {
        auto const account = "slow" + std::to_string(i);
        for (std::size_t j = 0; j < kWebhooks; ++j) {
            create(account + "-" + std::to_string(j), {EventType::stream_live}, account);
        }
        for (std::size_t j = 0; j < 2 * Dispatcher::kMostForOne; ++j) {
            happen(EventType::stream_live, account);
        }
    }
    receiver.expect_asked(Dispatcher::kMostAtOnce);
    auto late = create("late", {EventType::stream_live}, "bert");
    late.url = "https://late.example/hook";
    ASSERT_TRUE(webhooks.edit(late.account, late.id, [&](Webhook& now) { now.url = late.url; }));
    pass(seconds(1));
    happen(EventType::stream_live, "bert");
    expect_log("late", [](Delivery const& d) { return d.attempts == 0; });
    receiver.next().done(status(200));
    receiver.expect_asked(Dispatcher::kMostAtOnce + 1);
    EXPECT_EQ(receiver.newest_url(), late.url) << "the place that came free is its";
}

TEST_P(DispatcherTest, WhatWasUnderWayWhenTheProgramEndedIsSentAgain) {
    create("hook1");
    auto const event = happen();
    receiver.expect_asked(1);
    receiver.stop();
    dispatcher->stop();
    EXPECT_EQ(log("hook1")[0].attempts, 0) << "the end of the program is nobody's failure";
    restart();
    auto again = receiver.next();
    EXPECT_EQ(header(again.request, "webhook-id"), event.id);
    again.done(status(200));
    expect_log("hook1", [](Delivery const& d) { return d.state == DeliveryState::delivered; });
}

TEST_P(DispatcherTest, WhatWasAnsweredBeforeTheEndIsNotSentAgain) {
    create("hook1");
    happen();
    receiver.next().done(status(200));
    dispatcher->stop();
    EXPECT_EQ(log("hook1")[0].state, DeliveryState::delivered);
}

TEST_P(DispatcherTest, WhoIsGoneIsToldToItsOwner) {
    create("hook1");
    happen();
    receiver.next().done(status(410));
    expect_log("hook1", [](Delivery const& d) { return d.state == DeliveryState::failed; });
    dispatcher->stop();
    EXPECT_THAT(switched_off, ElementsAre("hook1"));
}

TEST_P(DispatcherTest, ADatabaseThatFailsForAWhileLosesNothing) {
    create("hook1");
    {
        auto const connection = database->acquire();
        ASSERT_TRUE((*connection)->script("ALTER TABLE deliveries RENAME TO gone;"));
    }
    happen();
    std::this_thread::sleep_for(milliseconds(20));
    EXPECT_EQ(receiver.count(), 0U);
    {
        auto const connection = database->acquire();
        ASSERT_TRUE((*connection)->script("ALTER TABLE gone RENAME TO deliveries;"));
    }
    receiver.next().done(status(200));
    expect_log("hook1", [](Delivery const& d) { return d.state == DeliveryState::delivered; });
    EXPECT_EQ(receiver.count(), 1U);
}

TEST_P(DispatcherTest, WhatWasToldBeforeTheStartIsSentToo) {
    receiver.stop();
    dispatcher->stop();
    create("hook1");
    ASSERT_TRUE(db::transact(*database, [&](db::Connection& connection) {
        return events::Events::keep(
            connection,
            events::make_event(EventType::stream_live, AccountId("anna"), "{}", kStart));
    }));
    restart();
    receiver.next().done(status(204));
    expect_log("hook1", [](Delivery const& d) { return d.state == DeliveryState::delivered; });
}

}  // namespace
}  // namespace directfanz::webhooks
