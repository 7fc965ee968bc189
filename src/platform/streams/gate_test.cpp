#include "platform/streams/gate.hpp"

#include "platform/streams/store_fixture.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::streams {
namespace {

using testing::HasSubstr;
using testing::Not;

class GateTest : public testing::Test {
  protected:
    Result<live::PublishGrant> authorize(std::string const& key,
                                         std::string const& address = "192.0.2.7") {
        ingest::PublishRequest const request{.app = "live",
                                             .stream_key = key,
                                             .remote_address = address,
                                             .connection = 7,
                                             .encoder = "test"};
        return run_task(gate.authorize(request));
    }

    static constexpr milliseconds kDelay{20};

    TestStore test;
    io::BlockingPool blocking{2};
    TestLifecycle life{test};
    StreamLookup lookup{test.pages, blocking};
    StreamGate gate{test.pages,
                    lookup,
                    life.lifecycle,
                    blocking,
                    {.failures = 3, .window = seconds(60), .delay = kDelay}};
    OpenedStream const opened = *test.store->create("My show");
    OpenedStream const other = *test.store->create("Another show");
};

TEST_F(GateTest, AKeyOpensItsStream) {
    auto const granted = authorize(opened.key.value());
    ASSERT_TRUE(granted);
    EXPECT_EQ(granted->stream, opened.stream.id);
    EXPECT_EQ(authorize(other.key.value())->stream, other.stream.id);
}

TEST_F(GateTest, ABroadcastCountsOnFromTheLastOne) {
    auto const first = authorize(opened.key.value())->first;
    EXPECT_EQ(first.discontinuity_sequence, 1U);
    auto const second = std::chrono::floor<seconds>(wall_now()).time_since_epoch().count();
    EXPECT_NEAR(static_cast<double>(first.media_sequence), static_cast<double>(second), 60);

    // Ahead of the clock, as after the clock was set back.
    auto const ahead = first.media_sequence + 1'000'000;
    EXPECT_TRUE(
        test.store->raise_sequences(opened.stream.id, {.media = ahead, .discontinuity = 7}));
    auto const next = authorize(opened.key.value())->first;
    EXPECT_EQ(next.discontinuity_sequence, 8U);
    EXPECT_EQ(next.media_sequence, ahead + 1);
}

TEST_F(GateTest, AGrantHoldsUntilItsKeyIsRotatedOrItsStreamDeleted) {
    auto const grant = *authorize(opened.key.value());
    EXPECT_TRUE(run_task(gate.recheck(grant)));
    EXPECT_TRUE(test.store->rotate_key(opened.stream.id));
    auto const rotated = run_task(gate.recheck(grant));
    ASSERT_FALSE(rotated);
    EXPECT_EQ(rotated.error().kind, ErrorKind::denied);
    EXPECT_THAT(rotated.error().message, HasSubstr("replaced by a new one"));
    EXPECT_TRUE(test.store->remove(opened.stream.id));
    auto const removed = run_task(gate.recheck(grant));
    ASSERT_FALSE(removed);
    EXPECT_EQ(removed.error().kind, ErrorKind::not_found);
}

TEST_F(GateTest, WhoIsNoCreatorAnyMoreIsSentAway) {
    auto const owner = test.people.add("owner").id;
    StreamSettings settings;
    settings.title = "Mine";
    auto const own = *test.store->create(settings, owner);
    auto const grant = *authorize(own.key.value());
    life.lifecycle.on_state(own.stream.id, live::BroadcastState::live);
    EXPECT_TRUE(run_task(gate.recheck(grant)));
    EXPECT_TRUE(life.stopped.empty());
    test.people.people[owner].may_broadcast = false;
    EXPECT_TRUE(run_task(gate.recheck(grant)));
    ASSERT_EQ(life.stopped.size(), 1U);
    EXPECT_THAT(life.stopped[0].second.message, HasSubstr("not that of a creator"));
    EXPECT_EQ(authorize(own.key.value()).error().kind, ErrorKind::denied);
}

TEST_F(GateTest, AGrantIsNotTakenBackBecauseTheDatabaseFails) {
    auto const grant = *authorize(opened.key.value());
    test.break_database();
    auto const unknown = run_task(gate.recheck(grant));
    ASSERT_FALSE(unknown);
    EXPECT_NE(unknown.error().kind, ErrorKind::denied);
    EXPECT_NE(unknown.error().kind, ErrorKind::not_found);
}

TEST_F(GateTest, AnUnknownKeyIsDeniedInWordsForAStreamer) {
    auto const denied = authorize("wrong");
    ASSERT_FALSE(denied);
    EXPECT_EQ(denied.error().kind, ErrorKind::denied);
    EXPECT_EQ(
        denied.error().message,
        "This stream key is not known here. Copy it again, or ask whoever runs the server for "
        "a new one.");
}

TEST_F(GateTest, AMissingKeyIsNamedAsSuch) {
    auto const denied = authorize("");
    ASSERT_FALSE(denied);
    EXPECT_EQ(denied.error().kind, ErrorKind::denied);
    EXPECT_THAT(denied.error().message, HasSubstr("key is missing"));
}

TEST_F(GateTest, ARotatedKeyOpensNothing) {
    auto const rotated = test.store->rotate_key(opened.stream.id);
    EXPECT_FALSE(authorize(opened.key.value()));
    EXPECT_TRUE(authorize(rotated->key.value()));
}

TEST_F(GateTest, TheIdOrTheHashOfAKeyOpensNothing) {
    auto const connection = test.database->acquire();
    auto const hash = (*connection)->query("SELECT key_hash FROM streams")->front().text(0);
    EXPECT_EQ(hash.size(), 64U);
    EXPECT_FALSE(authorize(hash));
    EXPECT_FALSE(authorize(opened.stream.id.value()));
}

TEST_F(GateTest, AfterTooManyFailuresTheNextRefusalsOfTheAddressAreHeldBack) {
    for (int i = 0; i < 3; ++i) {
        EXPECT_THAT(authorize("wrong").error().message, Not(HasSubstr("too many")));
    }
    auto const began = steady_now();
    auto const denied = authorize("wrong");
    EXPECT_GE(steady_now() - began, kDelay);
    ASSERT_FALSE(denied);
    EXPECT_EQ(denied.error().kind, ErrorKind::denied);
    EXPECT_THAT(denied.error().message, HasSubstr("is not known here, and too many wrong ones"));
    EXPECT_THAT(denied.error().message, HasSubstr("for 60 seconds"));
    // Another address is answered as before.
    EXPECT_THAT(authorize("wrong", "192.0.2.8").error().message, Not(HasSubstr("too many")));
}

TEST_F(GateTest, ARightKeyOpensItsStreamWhoeverElseFailedFromItsAddress) {
    for (int i = 0; i < 5; ++i) EXPECT_FALSE(authorize("wrong"));
    EXPECT_TRUE(authorize(opened.key.value()));
    EXPECT_TRUE(authorize(other.key.value()));
    // And it forgives nothing: the next wrong key waits.
    EXPECT_THAT(authorize("wrong").error().message, HasSubstr("too many"));
}

TEST_F(GateTest, SuccessesAndFailuresOfTheDatabaseDoNotCount) {
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(authorize(opened.key.value()));
    test.break_database();
    for (int i = 0; i < 10; ++i) {
        auto const refused = authorize(opened.key.value());
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
        EXPECT_THAT(refused.error().message, Not(HasSubstr("streams")));
    }
}

TEST_F(GateTest, AnAbsurdlyLongKeyCountsAsAFailure) {
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(authorize(std::string(StreamGate::kMaxKeyLength + 1, 'x')));
    }
    EXPECT_THAT(authorize("wrong").error().message, HasSubstr("too many"));
}

TEST_F(GateTest, RefusalsAreLoggedByTheConnectionThatHandsThemOnAlone) {
    testing::internal::CaptureStderr();
    for (int i = 0; i < 4; ++i) authorize("wrong");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST_F(GateTest, NoKeyIsEverLogged) {
    testing::internal::CaptureStderr();
    auto const granted = authorize(opened.key.value());
    for (int i = 0; i < 4; ++i) authorize("wr0ngk3y");
    authorize("wr0ngk3y", "192.0.2.8");
    test.break_database();
    authorize("wr0ngk3y", "192.0.2.9");
    auto const logged = testing::internal::GetCapturedStderr();
    EXPECT_THAT(logged, HasSubstr("key_lookup_failed"));
    EXPECT_THAT(logged, HasSubstr("connection=7"));
    EXPECT_THAT(logged, Not(HasSubstr("wr0ngk3y")));
    EXPECT_THAT(logged, Not(HasSubstr(opened.key.value())));
}

}  // namespace
}  // namespace directfanz::streams
