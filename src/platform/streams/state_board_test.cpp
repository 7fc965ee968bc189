#include "platform/streams/state_board.hpp"

#include <memory>
#include <optional>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace directfanz::streams {
namespace {

StreamId const kStream("s1");

io::Task<> ask(StateBoard& board, std::uint64_t after, milliseconds timeout,
               std::shared_ptr<std::optional<StreamState>> answer) {
    *answer = co_await board.wait(kStream, after, timeout);
}

struct StateBoardTest : testing::Test {
    io::LoopPool loops{1};
    StateBoard board{loops};

    void run() {
        auto& loop = loops[0];
        // What one round posts runs in the next.
        for (int i = 0; i < 4; ++i) {
            loop.context().restart();
            loop.post([&loop] { loop.stop(); });
            loop.run();
        }
    }

    std::shared_ptr<std::optional<StreamState>> wait(std::uint64_t after, milliseconds timeout) {
        auto answer = std::make_shared<std::optional<StreamState>>();
        auto& loop = loops[0];
        loop.post([=, this, &loop] { loop.spawn(ask(board, after, timeout, answer)); });
        run();
        return answer;
    }

    StreamState now() { return wait(0, milliseconds(0))->value(); }

    void set(Phase phase) {
        Situation now{.phase = phase};
        if (phase != Phase::idle) {
            auto const begins = situation.phase == Phase::idle || situation.phase == Phase::ended;
            now.broadcast =
                begins ? BroadcastRow{.id = fmt::to_string(++broadcasts)} : *situation.broadcast;
        }
        board.on_situation(page, situation, now);
        situation = now;
        run();
    }

    static SharedPage make_page() {
        auto made = std::make_shared<StreamPage>();
        made->stream.id = kStream;
        return made;
    }

    SharedPage const page = make_page();
    Situation situation;
    int broadcasts = 0;

    void publish(std::vector<std::string> const& renditions) {
        auto window = std::make_shared<packager::Window>();
        for (auto const& name : renditions) {
            auto rendition = std::make_shared<packager::RenditionWindow>();
            rendition->name = name;
            window->renditions.push_back(std::move(rendition));
        }
        board.on_window(kStream, window);
        run();
    }
};

TEST_F(StateBoardTest, KnowsOfNoBroadcastAtFirst) {
    EXPECT_EQ(now(), StreamState{});
}

TEST_F(StateBoardTest, TellsWhatTheBroadcastSaidLast) {
    publish({"video", "audio"});
    set(Phase::live);
    EXPECT_EQ(now().phase, Phase::live);
    EXPECT_EQ(now().renditions, (std::vector<std::string>{"video", "audio"}));
    set(Phase::reconnecting);
    EXPECT_EQ(now().phase, Phase::reconnecting);
}

TEST_F(StateBoardTest, NumbersEveryChangeUpwards) {
    set(Phase::live);
    auto const first = now().version;
    set(Phase::reconnecting);
    auto const second = now().version;
    EXPECT_GT(second, first);
    publish({"video"});
    EXPECT_GT(now().version, second);
    EXPECT_LT(now().version, std::uint64_t{1} << 53);
}

TEST_F(StateBoardTest, CountsAWindowWithTheSameRenditionsAsNoChange) {
    publish({"video"});
    auto const version = now().version;
    publish({"video"});
    EXPECT_EQ(now().version, version);
}

TEST_F(StateBoardTest, LetsAPageWaitForTheNextChange) {
    set(Phase::live);
    auto const waiting = wait(now().version, seconds(20));
    EXPECT_FALSE(*waiting);
    set(Phase::ended);
    ASSERT_TRUE(*waiting);
    EXPECT_EQ((*waiting)->phase, Phase::ended);
}

TEST_F(StateBoardTest, LetsAPageWaitForAStreamThatNeverWasLive) {
    auto const waiting = wait(0, seconds(20));
    EXPECT_FALSE(*waiting);
    publish({"video"});
    set(Phase::live);
    EXPECT_TRUE(*waiting);
}

TEST_F(StateBoardTest, AnswersAtOnceWhereThePageKnowsAnOlderState) {
    EXPECT_TRUE(*wait(77, seconds(20))) << "a number of before a restart";
    set(Phase::live);
    EXPECT_TRUE(*wait(0, seconds(20)));
}

TEST_F(StateBoardTest, ReleasesThoseWhoWaitWhenTheServerStops) {
    auto const waiting = wait(0, seconds(20));
    board.close();
    run();
    EXPECT_TRUE(*waiting);
    EXPECT_TRUE(*wait(0, seconds(20))) << "and nobody waits any more";
}

}  // namespace
}  // namespace directfanz::streams
