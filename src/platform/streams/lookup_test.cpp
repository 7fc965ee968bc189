#include "platform/streams/lookup.hpp"

#include "platform/streams/store_fixture.hpp"

#include <future>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace directfanz::streams {
namespace {

StreamId unknown_id(int number) {
    auto digits = std::to_string(number);
    return StreamId(std::string(12 - digits.size(), '0') + digits);
}

class LookupTest : public testing::Test {
  protected:
    ~LookupTest() override { blocking.stop(); }

    static io::Task<> count_found(LookupTest& test, StreamId id, int expected) {
        auto const answer = co_await test.lookup.find(std::move(id));
        if (answer && *answer) ++test.found;
        if (answer && !*answer) ++test.missing;
        if (!answer) ++test.failed;
        if (test.found + test.missing + test.failed == expected) test.loop.stop();
    }
    /// All of them at once; returns when all have their answers.
    void ask_all(std::vector<StreamId> const& ids) {
        for (auto const& id : ids) {
            loop.spawn(count_found(*this, id, static_cast<int>(ids.size())));
        }
        loop.run();
    }
    Result<SharedPage> find(StreamId const& id) { return run_task(lookup.find(id)); }

    TestStore test;
    io::BlockingPool blocking{1};
    StreamLookup lookup{test.pages, blocking};
    Stream const stream = test.store->create("Mine")->stream;
    io::EventLoop loop;
    int found = 0;
    int missing = 0;
    int failed = 0;
};

TEST_F(LookupTest, FindsWhatThereIs) {
    auto const answer = find(stream.id);
    ASSERT_TRUE(answer && *answer);
    EXPECT_EQ((*answer)->stream, stream);
    auto const none = find(unknown_id(1));
    ASSERT_TRUE(none);
    EXPECT_EQ(*none, nullptr);
}

TEST_F(LookupTest, WhatWasReadEarlierDoesNotReplaceWhatWasWrittenLater) {
    auto const old = test.page(stream.id);
    auto newer = *old;
    newer.stream.title = "Newer";
    ++newer.stream.version;
    lookup.learn(std::make_shared<StreamPage const>(newer));
    lookup.learn(old);
    EXPECT_EQ((*find(stream.id))->stream.title, "Newer");
}

TEST_F(LookupTest, ThoseWhoAskAtOnceShareOneQuestion) {
    // The pool's only thread is held up until all have asked; behind the first question in its
    // queue the database breaks, so that a second one would fail.
    std::promise<void> everybody_asked;
    blocking.post([&everybody_asked] { everybody_asked.get_future().wait(); });
    for (int i = 0; i < 500; ++i) loop.spawn(count_found(*this, stream.id, 500));
    loop.post([this, &everybody_asked] {
        blocking.post([this] { test.break_database(); });
        everybody_asked.set_value();
    });
    loop.run();
    EXPECT_EQ(found, 500);
    EXPECT_EQ(failed, 0);
}

TEST_F(LookupTest, AskingForManyUnknownStreamsMakesNobodyElsesForgotten) {
    ASSERT_TRUE(*find(stream.id));
    std::vector<StreamId> unknown;
    for (int i = 0; i < StreamLookup::kMissingBurst; ++i) unknown.push_back(unknown_id(i));
    ask_all(unknown);
    EXPECT_EQ(missing, StreamLookup::kMissingBurst);
    test.break_database();
    auto const again = find(stream.id);
    ASSERT_TRUE(again && *again) << "from memory";
    EXPECT_EQ((*again)->stream, stream);
}

TEST_F(LookupTest, WhoAsksForUnknownStreamsAsFastAsItCanWaitsForItsAnswers) {
    std::vector<StreamId> const unknown(2 * StreamLookup::kMissingBurst, unknown_id(1));
    auto const began = steady_now();
    ask_all(unknown);
    EXPECT_EQ(missing, 2 * StreamLookup::kMissingBurst);
    EXPECT_GE(steady_now() - began, StreamLookup::kMissingDelay);
    // Who asks for what there is does not wait with it.
    StreamLookup fresh(test.pages, blocking);
    auto const answer = run_task(fresh.find(stream.id));
    EXPECT_TRUE(answer && *answer);
}

TEST_F(LookupTest, WhatIsNotWrittenLikeAnIdIsHeldBackAsWell) {
    std::vector<StreamId> const wrong(2 * StreamLookup::kMissingBurst, StreamId("no id"));
    auto const began = steady_now();
    ask_all(wrong);
    EXPECT_EQ(missing, 2 * StreamLookup::kMissingBurst);
    EXPECT_GE(steady_now() - began, StreamLookup::kMissingDelay);
}

TEST_F(LookupTest, KnowsAtOnceWhatThisProcessChanged) {
    ASSERT_TRUE(*find(stream.id));
    auto changed = std::make_shared<StreamPage>();
    changed->stream = stream;
    changed->stream.title = "Another";
    lookup.learn(changed);
    EXPECT_EQ((*find(stream.id))->stream.title, "Another");
    lookup.forget(stream.id);
    EXPECT_EQ(*find(stream.id), nullptr);
}

TEST_F(LookupTest, AFailureIsNoAnswerAndIsNotRemembered) {
    auto const connection = test.database->acquire();
    ASSERT_TRUE((*connection)->script("ALTER TABLE streams RENAME TO gone;"));
    ask_all({stream.id, stream.id});
    EXPECT_EQ(failed, 2);
    ASSERT_TRUE((*connection)->script("ALTER TABLE gone RENAME TO streams;"));
    auto const answer = find(stream.id);
    EXPECT_TRUE(answer && *answer);
}

}  // namespace
}  // namespace directfanz::streams
