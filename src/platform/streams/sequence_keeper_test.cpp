#include "platform/streams/sequence_keeper.hpp"

#include "platform/streams/store_fixture.hpp"

#include <memory>

#include <gtest/gtest.h>

namespace directfanz::streams {
namespace {

class SequenceKeeperTest : public testing::Test {
  protected:
    void show(std::uint64_t discontinuity_sequence, std::uint64_t media_sequence = 10) {
        auto segment = std::make_shared<packager::Segment>();
        segment->media_sequence = media_sequence;
        segment->discontinuity_sequence = discontinuity_sequence;
        auto rendition = std::make_shared<packager::RenditionWindow>();
        rendition->segments.push_back(std::move(segment));
        auto window = std::make_shared<packager::Window>();
        window->renditions.push_back(std::move(rendition));
        keeper.on_window(opened.stream.id, std::move(window));
    }

    /// What the store knows when all that was handed to the pool is done: it has one thread.
    std::uint64_t stored() {
        auto find = [this] {
            return (*test.store->find(opened.stream.id))->discontinuity_sequence;
        };
        return run_task(blocking.run(find));
    }

    TestStore test;
    io::BlockingPool blocking{1};
    SequenceKeeper keeper{*test.store, blocking};
    OpenedStream const opened = *test.store->create("My show");
};

TEST_F(SequenceKeeperTest, KeepsWhatPlayersMaySee) {
    show(4);
    EXPECT_EQ(stored(), 4U);
    show(5);
    EXPECT_EQ(stored(), 5U);
}

TEST_F(SequenceKeeperTest, AsksTheDatabaseOnlyWhenTheNumberGrows) {
    show(4);
    EXPECT_EQ(stored(), 4U);
    EXPECT_TRUE(
        (*test.database->acquire())->execute("UPDATE streams SET discontinuity_sequence = 0"));
    show(4);
    EXPECT_EQ(stored(), 0U);
}

TEST_F(SequenceKeeperTest, ReservesMediaSequenceNumbersInAdvance) {
    auto const reserved = [this] {
        auto find = [this] { return (*test.store->find(opened.stream.id))->media_sequence; };
        return run_task(blocking.run(find));
    };
    show(1, 10);
    EXPECT_EQ(reserved(), 10 + SequenceKeeper::kReserved);
    show(1, 11);
    EXPECT_EQ(reserved(), 10 + SequenceKeeper::kReserved);
    show(1, 11 + SequenceKeeper::kReserved);
    EXPECT_EQ(reserved(), 11 + 2 * SequenceKeeper::kReserved);
}

TEST_F(SequenceKeeperTest, LearnsAnewOfABroadcastAfterTheStreamWasOffline) {
    show(4);
    keeper.on_state(opened.stream.id, live::BroadcastState::offline);
    EXPECT_EQ(stored(), 4U);
    EXPECT_TRUE(
        (*test.database->acquire())->execute("UPDATE streams SET discontinuity_sequence = 0"));
    show(4);
    EXPECT_EQ(stored(), 4U);
}

}  // namespace
}  // namespace directfanz::streams
