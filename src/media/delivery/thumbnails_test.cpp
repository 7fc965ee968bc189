#include "media/delivery/thumbnails.hpp"

#include <future>
#include <string>

#include <gtest/gtest.h>

namespace directfanz::delivery {
namespace {

StreamId const kStream("s1");

io::Task<> ask(http::Router& router, http::Request request, std::promise<http::Response>& done) {
    auto response = co_await router.route(request);
    done.set_value(std::move(response));
}

struct ThumbnailsTest : ::testing::Test {
    io::LoopPool loops{2};
    Thumbnails thumbnails{loops};
    http::Router router;

    ThumbnailsTest() {
        thumbnails.add_routes(router);
        loops.start();
    }
    ~ThumbnailsTest() override { loops.stop(); }

    http::Response get(std::size_t loop, std::string path) {
        http::Request request;
        request.path = std::move(path);
        std::promise<http::Response> done;
        loops[loop].spawn(ask(router, request, done));
        return done.get_future().get();
    }

    void show(std::string bytes, live::PictureFormat format = live::PictureFormat::jpeg) {
        thumbnails.on_thumbnail(kStream, {.format = format, .picture = Blob(std::move(bytes))});
    }
};

TEST_F(ThumbnailsTest, TheNewestPictureIsServedOnEveryLoop) {
    show("first");
    show("second");
    for (auto const loop : {0U, 1U}) {
        auto const response = get(loop, "/live/s1/thumbnail.jpg");
        EXPECT_EQ(response.status, 200U);
        EXPECT_EQ(response.headers.get("Content-Type"), "image/jpeg");
        EXPECT_EQ(response.headers.get("Cache-Control"), "public, max-age=2");
        ASSERT_EQ(response.body.size(), 1U);
        EXPECT_EQ(response.body[0].text(), "second");
    }
}

TEST_F(ThumbnailsTest, EachFormatHasItsOwn) {
    show("jpeg");
    EXPECT_EQ(get(0, "/live/s1/thumbnail.webp").status, 404U);
    show("webp", live::PictureFormat::webp);
    auto const response = get(0, "/live/s1/thumbnail.webp");
    EXPECT_EQ(response.headers.get("Content-Type"), "image/webp");
    EXPECT_EQ(response.body.at(0).text(), "webp");
}

TEST_F(ThumbnailsTest, TellsOfAPictureOnceThereIsAJpeg) {
    auto const has_picture = [this] {
        std::promise<bool> told;
        loops[0].post([&] { told.set_value(thumbnails.has_picture(kStream)); });
        return told.get_future().get();
    };
    EXPECT_FALSE(has_picture());
    show("webp", live::PictureFormat::webp);
    EXPECT_FALSE(has_picture()) << "pages are given the address of the JPEG";
    show("jpeg");
    EXPECT_TRUE(has_picture());
}

TEST_F(ThumbnailsTest, ItsTagChangesWithThePicture) {
    show("first");
    auto const first = std::string(*get(0, "/live/s1/thumbnail.jpg").headers.get("ETag"));
    EXPECT_EQ(get(1, "/live/s1/thumbnail.jpg").headers.get("ETag"), first);
    show("second");
    EXPECT_NE(get(0, "/live/s1/thumbnail.jpg").headers.get("ETag"), first);
}

TEST_F(ThumbnailsTest, AStreamWithoutOneHasNone) {
    EXPECT_EQ(get(0, "/live/s2/thumbnail.jpg").status, 404U);
}

TEST_F(ThumbnailsTest, WhatIsOverIsForgotten) {
    show("first");
    thumbnails.on_state(kStream, live::BroadcastState::reconnecting);
    EXPECT_EQ(get(0, "/live/s1/thumbnail.jpg").status, 200U);
    thumbnails.on_state(kStream, live::BroadcastState::ended);
    EXPECT_EQ(get(0, "/live/s1/thumbnail.jpg").status, 404U);
}

TEST_F(ThumbnailsTest, APictureAfterWhichNoneMayComeIsNotShownAsTheLiveOne) {
    show("old");
    thumbnails.on_ladder(kStream, {.phase = live::LadderState::Phase::running});
    EXPECT_EQ(get(0, "/live/s1/thumbnail.jpg").status, 200U);
    thumbnails.on_ladder(kStream, {.phase = live::LadderState::Phase::source_only});
    EXPECT_EQ(get(0, "/live/s1/thumbnail.jpg").status, 404U);
    show("new");
    EXPECT_EQ(get(0, "/live/s1/thumbnail.jpg").status, 200U);
}

TEST_F(ThumbnailsTest, WhatIsNoThumbnailIsNotKept) {
    show(std::string(Thumbnails::kMaxSize + 1, 'x'));
    EXPECT_EQ(get(0, "/live/s1/thumbnail.jpg").status, 404U);
}

}  // namespace
}  // namespace directfanz::delivery
