#include "platform/streams/routes.hpp"

#include "platform/streams/store_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace directfanz::streams {
namespace {

/// Answers at once and remembers what it was asked.
class ToldStates final : public StreamStateSource {
  public:
    io::Task<StreamState> wait(StreamId stream, std::uint64_t after_version,
                               milliseconds timeout) override {
        asked_stream = stream;
        asked_version = after_version;
        asked_timeout = timeout;
        ++asked;
        co_return state;
    }

    StreamState state{live::BroadcastState::live, 42, {"video", "audio"}};
    int asked = 0;
    StreamId asked_stream;
    std::uint64_t asked_version = 0;
    milliseconds asked_timeout{-1};
};

class RoutesTest : public testing::Test {
  protected:
    RoutesTest() { routes.add_to(router); }

    http::Response get(std::string const& name, std::string const& query = "") {
        http::Request request;
        request.path = "/api/v1/streams/" + name;
        request.query = query;
        return run_task(router.route(request));
    }

    static nlohmann::json body(http::Response const& response) {
        std::string text;
        for (auto const& blob : response.body) text += blob.text();
        return nlohmann::json::parse(text);
    }

    TestStore test;
    io::BlockingPool blocking{1};
    StreamLookup lookup{*test.store, blocking};
    ToldStates states;
    StreamRoutes routes{lookup, states, {.http = "https://fans.example", .rtmp = ""}};
    http::Router router;
    Stream const stream = test.store->create("Grüße \"☀\"")->stream;
    std::string const id = stream.id.value();
};

TEST_F(RoutesTest, TellsWhatAStreamIsAndWhatItIsDoing) {
    auto const response = get(id);
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
    EXPECT_EQ(response.headers.get("Cache-Control"), "max-age=1");
    EXPECT_EQ(body(response),
              (nlohmann::json{
                  {"id", id},
                  {"title", "Grüße \"☀\""},
                  {"createdAt", to_iso8601(stream.created_at)},
                  {"state", "live"},
                  {"version", 42},
                  {"renditions", {"video", "audio"}},
                  {"advice", nlohmann::json::array()},
                  {"playbackUrl", "https://fans.example/live/" + id + "/index.m3u8"},
                  {"watchUrl", "https://fans.example/streaming/live/" + id},
              }));
    EXPECT_EQ(states.asked_stream, stream.id);
    EXPECT_EQ(states.asked_timeout, milliseconds(0));
}

TEST_F(RoutesTest, TellsWhatTheEncoderCouldDoBetter) {
    states.state.advice = {{"key_frames_too_far_apart", seconds(8), "Do it \"so\"."}};
    EXPECT_EQ(body(get(id))["advice"], nlohmann::json::array({{{"kind", "key_frames_too_far_apart"},
                                                               {"measuredMs", 8000},
                                                               {"text", "Do it \"so\"."}}}));
}

TEST_F(RoutesTest, WithAVersionItWaitsAndIsNotCached) {
    auto const response = get(id, "after=41");
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(states.asked_version, 41U);
    EXPECT_EQ(states.asked_timeout, StreamRoutes::kLongPoll);
    EXPECT_EQ(response.headers.get("Cache-Control"), "no-store");
}

TEST_F(RoutesTest, ZeroIsAVersionToo) {
    get(id, "after=0");
    EXPECT_EQ(states.asked_timeout, StreamRoutes::kLongPoll);
}

TEST_F(RoutesTest, AVersionThatIsNoNumberIsABadRequest) {
    for (std::string const query :
         {"after=", "after=x", "after=-1", "after=1.5", "after=1x", "after=99999999999999999999"}) {
        EXPECT_EQ(get(id, query).status, 400U) << query;
    }
    EXPECT_EQ(states.asked, 0);
}

TEST_F(RoutesTest, AnUnknownStreamIsNotFoundForAShortTime) {
    for (std::string const unknown : {"000000000000", "nosuchstream", "x"}) {
        auto const response = get(unknown, "after=1");
        EXPECT_EQ(response.status, 404U);
        EXPECT_EQ(response.headers.get("Content-Type"), "application/problem+json");
        EXPECT_EQ(response.headers.get("Cache-Control"), "max-age=2");
        EXPECT_EQ(body(response)["status"], 404);
    }
    EXPECT_EQ(states.asked, 0);
}

TEST_F(RoutesTest, ADatabaseThatFailsIsUnavailableAndItsReasonStaysHere) {
    test.break_database();
    auto const response = get(id);
    EXPECT_EQ(response.status, 503U);
    EXPECT_THAT(body(response)["detail"].get<std::string>(),
                testing::Not(testing::HasSubstr("streams.")));
}

TEST_F(RoutesTest, WhatIsKnownIsAnsweredWithoutTheDatabase) {
    ASSERT_EQ(get(id).status, 200U);
    ASSERT_EQ(get("000000000000").status, 404U);
    test.break_database();
    EXPECT_EQ(get(id).status, 200U);
    EXPECT_EQ(get("000000000000").status, 404U);
    // What is not written like an id is never looked up.
    EXPECT_EQ(get("not-an-id").status, 404U);
    EXPECT_EQ(get("111111111111").status, 503U);
}

}  // namespace
}  // namespace directfanz::streams
