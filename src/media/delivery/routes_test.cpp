#include "media/delivery/routes.hpp"

#include "media/delivery/boards.hpp"
#include "system/http/final_response.hpp"
#include "system/http/gzip.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace directfanz::delivery {
namespace {

using packager::InitSegment;
using packager::Part;
using packager::RenditionWindow;
using packager::Segment;
using packager::Window;

StreamId const kStream("s1");

/// Segments from 10 on, four parts of 250 ms each in the whole ones, `open_parts` in the last.
std::shared_ptr<RenditionWindow const> rendition(std::string name, std::size_t whole,
                                                 std::size_t open_parts) {
    auto made = std::make_shared<RenditionWindow>();
    made->track = name == "video"
                      ? Track{MediaKind::video,   Codec::h264,   kVideoTimescale,
                              Blob(Bytes(20, 1)), "avc1.42c01f", VideoFormat{640, 360, 30}}
                      : Track{MediaKind::audio,  Codec::aac,  48000,
                              Blob(Bytes(2, 1)), "mp4a.40.2", AudioFormat{48000, 2, 1024}};
    made->name = name;
    made->init_segments.push_back({0, made->track, Blob(std::string("init of " + name))});
    for (std::size_t i = 0; i < whole + (open_parts > 0 ? 1 : 0); ++i) {
        auto segment = std::make_shared<Segment>();
        segment->media_sequence = 10 + i;
        segment->complete = i < whole;
        segment->independent = true;
        auto const parts = segment->complete ? 4 : open_parts;
        for (std::size_t part = 0; part < parts; ++part) {
            auto const text =
                name + " " + std::to_string(10 + i) + "." + std::to_string(part) + ";";
            segment->parts.push_back({Blob(text), milliseconds(250), part == 0, false});
            segment->duration += milliseconds(250);
        }
        made->segments.push_back(std::move(segment));
    }
    return made;
}

std::shared_ptr<Window> window(std::size_t whole, std::size_t open_parts) {
    auto made = std::make_shared<Window>();
    made->session = "sess";
    made->target_duration = seconds(2);
    made->part_target = milliseconds(250);
    made->renditions = {rendition("video", whole, open_parts),
                        rendition("audio", whole, open_parts)};
    return made;
}

/// The same with key frames of five bytes.
std::shared_ptr<Window> with_key_frames(std::shared_ptr<Window> made) {
    auto video = std::make_shared<RenditionWindow>(*made->renditions[0]);
    for (auto& segment : video->segments) {
        auto copy = std::make_shared<Segment>(*segment);
        copy->parts[0].key_bytes = 5;
        segment = std::move(copy);
    }
    made->renditions[0] = std::move(video);
    return made;
}

/// One request that runs until it has its answer.
struct Pending {
    http::Request request;
    std::optional<http::Response> response;
};

io::Task<> answer(http::Router const& router, std::shared_ptr<Pending> pending) {
    pending->response = co_await router.route(pending->request);
}

struct DeliveryTest : testing::Test {
    io::LoopPool loops{1};
    Boards boards{loops};
    http::Router router;

    DeliveryTest() { add_routes(router, boards); }
    /// As at the server's end: who still waits is told, since it holds what it waits for.
    ~DeliveryTest() override {
        loops[0].post([this] { boards.here().close(); });
        run();
    }

    std::shared_ptr<Pending> ask(std::string path, std::string query = "", bool gzip = false) {
        auto pending = std::make_shared<Pending>();
        pending->request.path = std::move(path);
        pending->request.query = std::move(query);
        if (gzip) pending->request.headers.add("Accept-Encoding", "gzip");
        auto& loop = loops[0];
        loop.post([this, &loop, pending] { loop.spawn(answer(router, pending)); });
        run();
        return pending;
    }

    /// Runs the loop until nothing is ready any more.
    void run() {
        auto& loop = loops[0];
        // What one round posts runs in the next.
        for (int i = 0; i < 4; ++i) {
            loop.context().restart();
            loop.post([&loop] { loop.stop(); });
            loop.run();
        }
    }

    void publish(std::shared_ptr<Window> made) {
        boards.on_window(kStream, std::move(made));
        boards.on_state(kStream, live::BroadcastState::live);
        run();
    }

    void expect_status(std::string const& path, std::string const& query, unsigned status) {
        auto const pending = ask(path, query);
        ASSERT_TRUE(pending->response) << path << "?" << query << " waits";
        EXPECT_EQ(pending->response->status, status) << path << "?" << query;
        // R43: a failure may be over a moment later.
        if (status >= 400)
            EXPECT_EQ(pending->response->headers.get("Cache-Control"), "public, max-age=1");
    }
};

std::string body(std::vector<Blob> const& blobs) {
    std::string text;
    for (auto const& blob : blobs) text += blob.text();
    return text;
}

std::string body(http::Response const& response) {
    return body(response.body);
}

TEST_F(DeliveryTest, KnowsNoStreamThatIsNotLive) {
    expect_status("/live/s1/index.m3u8", "", 404);
    expect_status("/live/s1/video.m3u8", "_HLS_msn=1&_HLS_part=0", 404);
    expect_status("/live/s1/sess/video/10.m4s", "", 404);
}

TEST_F(DeliveryTest, ServesPlaylistsOfALiveStream) {
    publish(window(3, 2));
    for (auto const* path : {"/live/s1/index.m3u8", "/live/s1/video.m3u8", "/live/s1/audio.m3u8"}) {
        auto const pending = ask(path);
        ASSERT_TRUE(pending->response);
        EXPECT_EQ(pending->response->status, 200U);
        EXPECT_EQ(pending->response->headers.get("Content-Type"), "application/vnd.apple.mpegurl");
        EXPECT_TRUE(body(*pending->response).starts_with("#EXTM3U\n"));
    }
}

TEST_F(DeliveryTest, SharesOneRenderedPlaylistAmongAllWhoAsk) {
    publish(window(3, 2));
    auto const first = ask("/live/s1/video.m3u8");
    auto const second = ask("/live/s1/video.m3u8");
    EXPECT_EQ(first->response->body[0].data(), second->response->body[0].data());
}

TEST_F(DeliveryTest, CompressesPlaylistsForThoseWhoTakeIt) {
    publish(window(3, 2));
    auto const pending = ask("/live/s1/video.m3u8", "", true);
    EXPECT_EQ(pending->response->headers.get("Content-Encoding"), "gzip");
    EXPECT_EQ(pending->response->headers.get("Vary"), "Accept-Encoding");
    EXPECT_EQ(pending->response->body[0].view()[0], 0x1f);
}

TEST_F(DeliveryTest, BlocksUntilThePartIsListed) {  // R34
    publish(window(3, 2));
    auto const pending = ask("/live/s1/video.m3u8", "_HLS_msn=13&_HLS_part=2");
    EXPECT_FALSE(pending->response);
    publish(window(3, 3));
    ASSERT_TRUE(pending->response);
    EXPECT_EQ(pending->response->status, 200U);
    EXPECT_NE(body(*pending->response).find("13.2.m4s"), std::string::npos);
}

TEST_F(DeliveryTest, BlocksUntilTheSegmentIsWhole) {  // R33
    publish(window(3, 2));
    auto const pending = ask("/live/s1/video.m3u8", "_HLS_msn=13");
    publish(window(3, 3));
    EXPECT_FALSE(pending->response);
    publish(window(4, 0));
    ASSERT_TRUE(pending->response);
    EXPECT_NE(body(*pending->response).find("/13.m4s"), std::string::npos);
}

TEST_F(DeliveryTest, WakesOnlyThoseWhoseRenditionHasChanged) {
    publish(window(3, 2));
    auto const video = ask("/live/s1/video.m3u8", "_HLS_msn=13&_HLS_part=2");
    auto const audio = ask("/live/s1/audio.m3u8", "_HLS_msn=13&_HLS_part=2");
    auto next = window(3, 2);
    next->renditions[1] = rendition("audio", 3, 3);
    publish(next);
    EXPECT_FALSE(video->response);
    EXPECT_TRUE(audio->response);
}

TEST_F(DeliveryTest, RefusesWhatNoHonestPlayerAsks) {  // R36 to R38
    publish(window(3, 2));
    for (auto const* query :
         {"_HLS_part=1", "_HLS_msn=x", "_HLS_msn=16", "_HLS_msn=13&_HLS_part=99"}) {
        expect_status("/live/s1/video.m3u8", query, 400);
    }
}

TEST_F(DeliveryTest, DoesNotBlockForLongerThanThreeTargetDurations) {  // R56
    auto impatient = window(3, 2);
    impatient->target_duration = seconds(0);
    publish(impatient);
    expect_status("/live/s1/video.m3u8", "_HLS_msn=13&_HLS_part=2", 503);
    expect_status("/live/s1/sess/video/13.2.m4s", "", 503);

    publish(window(3, 2));
    auto const waiting = ask("/live/s1/video.m3u8", "_HLS_msn=13&_HLS_part=2");
    loops[0].post([this] { boards.here().expire(steady_now() + seconds(5)); });
    run();
    EXPECT_FALSE(waiting->response) << "two seconds of target duration allow six";
}

TEST_F(DeliveryTest, AnswersAtOnceOnceTheBroadcastHasEnded) {  // R57
    auto ended = window(3, 0);
    ended->ended = true;
    publish(ended);
    auto const pending = ask("/live/s1/video.m3u8", "_HLS_msn=99&_HLS_part=7&_HLS_skip=YES");
    ASSERT_TRUE(pending->response);
    EXPECT_EQ(pending->response->status, 200U);
    EXPECT_NE(body(*pending->response).find("#EXT-X-ENDLIST"), std::string::npos);
}

TEST_F(DeliveryTest, ReleasesThoseWhoWaitWhenTheBroadcastEnds) {
    publish(window(3, 2));
    auto const playlist = ask("/live/s1/video.m3u8", "_HLS_msn=13&_HLS_part=2");
    auto const part = ask("/live/s1/sess/video/13.2.m4s");
    auto ended = window(4, 0);
    ended->ended = true;
    ended->renditions[0] = rendition("video", 3, 0);
    publish(ended);
    ASSERT_TRUE(playlist->response);
    EXPECT_EQ(playlist->response->status, 200U);
    ASSERT_TRUE(part->response);
    EXPECT_EQ(part->response->status, 404U);
}

TEST_F(DeliveryTest, LetsCachesKeepForLongOnlyWhatARequestNames) {  // R43
    publish(window(3, 2));
    auto const age = [this](std::string const& query) {
        auto const pending = ask("/live/s1/video.m3u8", query);
        return std::string(pending->response->headers.get("Cache-Control").value());
    };
    EXPECT_EQ(age(""), "public, max-age=1");
    EXPECT_EQ(age("_HLS_msn=13&_HLS_part=1"), "public, max-age=12");
    EXPECT_EQ(age("_HLS_msn=12"), "public, max-age=12");
    EXPECT_EQ(age("_HLS_msn=1"), "public, max-age=1") << "the past is answered with the present";
}

TEST_F(DeliveryTest, SendsAPartFromItsOneBlob) {
    auto const live = window(3, 2);
    publish(live);
    auto const pending = ask("/live/s1/sess/video/11.1.m4s");
    ASSERT_TRUE(pending->response);
    EXPECT_EQ(body(*pending->response), "video 11.1;");
    EXPECT_EQ(pending->response->body[0].data(),
              live->renditions[0]->segments[1]->parts[1].data.data());
    EXPECT_EQ(pending->response->headers.get("Content-Type"), "video/mp4");
    EXPECT_EQ(pending->response->headers.get("Cache-Control"),
              "public, max-age=31536000, immutable");
}

TEST_F(DeliveryTest, SendsASegmentAsItsParts) {  // R32
    publish(window(3, 2));
    EXPECT_EQ(body(*ask("/live/s1/sess/audio/11.m4s")->response),
              "audio 11.0;audio 11.1;audio 11.2;audio 11.3;");
    EXPECT_EQ(ask("/live/s1/sess/audio/11.m4s")->response->headers.get("Content-Type"),
              "audio/mp4");
}

TEST_F(DeliveryTest, SendsHeaders) {
    publish(window(3, 2));
    EXPECT_EQ(body(*ask("/live/s1/sess/video/init-0.mp4")->response), "init of video");
    expect_status("/live/s1/sess/video/init-2.mp4", "", 404);
}

TEST_F(DeliveryTest, HoldsTheRequestForTheHintedPartUntilItIsWhole) {  // R31
    publish(window(3, 2));
    auto const pending = ask("/live/s1/sess/video/13.2.m4s");
    EXPECT_FALSE(pending->response);
    publish(window(3, 3));
    ASSERT_TRUE(pending->response);
    EXPECT_EQ(body(*pending->response), "video 13.2;");
}

TEST_F(DeliveryTest, AnswersAHintThatDidNotComeTrue) {
    publish(window(3, 2));
    auto const pending = ask("/live/s1/sess/video/13.4.m4s");
    ASSERT_TRUE(pending->response) << "only the next two parts are worth waiting for";
    EXPECT_EQ(pending->response->status, 404U);

    auto const hinted = ask("/live/s1/sess/video/13.2.m4s");
    auto shorter = window(4, 0);
    auto video = std::make_shared<RenditionWindow>(*shorter->renditions[0]);
    auto last = std::make_shared<Segment>(*video->segments.back());
    last->parts.resize(2);
    video->segments.back() = last;
    shorter->renditions[0] = video;
    publish(shorter);
    ASSERT_TRUE(hinted->response) << "the segment ended without it";
    EXPECT_EQ(hinted->response->status, 404U);
}

// Viewers have several connections, and each loop gets its windows by itself.
TEST_F(DeliveryTest, HoldsTheRequestForASegmentThatAnotherLoopHasListed) {
    publish(window(3, 3));
    auto const pending = ask("/live/s1/sess/video/13.m4s");
    EXPECT_FALSE(pending->response);
    publish(window(3, 4));
    EXPECT_FALSE(pending->response) << "more of it, but not all";
    publish(window(4, 0));
    ASSERT_TRUE(pending->response);
    EXPECT_EQ(body(*pending->response), "video 13.0;video 13.1;video 13.2;video 13.3;");

    auto const unbegun = ask("/live/s1/sess/video/14.m4s");
    EXPECT_FALSE(unbegun->response) << "a segment of one part is listed whole";
    publish(window(5, 0));
    ASSERT_TRUE(unbegun->response);
    EXPECT_EQ(unbegun->response->status, 200U);
}

TEST_F(DeliveryTest, HoldsTheRequestForAHeaderThatAnotherLoopHasListed) {
    publish(window(3, 2));
    auto const pending = ask("/live/s1/sess/video/init-1.mp4");
    EXPECT_FALSE(pending->response);
    auto changed = window(4, 1);
    auto video = std::make_shared<RenditionWindow>(*changed->renditions[0]);
    video->init_segments.push_back({1, video->track, Blob(std::string("another init"))});
    changed->renditions[0] = video;
    publish(changed);
    ASSERT_TRUE(pending->response);
    EXPECT_EQ(body(*pending->response), "another init");
}

TEST_F(DeliveryTest, HoldsTheRequestForThePartThatAnotherLoopHints) {
    publish(window(3, 2));
    auto const behind_next = ask("/live/s1/sess/video/13.3.m4s");
    auto const of_next_segment = ask("/live/s1/sess/video/14.0.m4s");
    EXPECT_FALSE(behind_next->response);
    EXPECT_FALSE(of_next_segment->response);
    publish(window(3, 3));
    EXPECT_FALSE(behind_next->response);
    publish(window(4, 0));
    ASSERT_TRUE(behind_next->response);
    EXPECT_EQ(body(*behind_next->response), "video 13.3;");
    EXPECT_FALSE(of_next_segment->response);
    publish(window(4, 1));
    ASSERT_TRUE(of_next_segment->response);
    EXPECT_EQ(body(*of_next_segment->response), "video 14.0;");
}

std::vector<char const*> const kOnlyElsewhere{
    "/live/s1/sess/video/13.m4s", "/live/s1/sess/video/init-1.mp4", "/live/s1/sess/video/13.3.m4s",
    "/live/s1/sess/video/14.0.m4s"};

TEST_F(DeliveryTest, HoldsARequestForWhatOnlyAnotherLoopMayHaveNoLongerThanAPart) {
    auto hasty = window(3, 2);
    hasty->part_target = microseconds(0);
    publish(hasty);
    for (auto const* path : kOnlyElsewhere) expect_status(path, "", 404);
    EXPECT_FALSE(ask("/live/s1/sess/video/13.2.m4s")->response) << "this loop's own hint";
}

TEST_F(DeliveryTest, HoldsARequestForWhatOnlyAnotherLoopMayHaveNoLongerThanLoopsLag) {
    auto slow = window(3, 2);
    slow->target_duration = seconds(3'600);
    slow->part_target = seconds(3'600);
    publish(slow);
    std::vector<std::shared_ptr<Pending>> waiting;
    for (auto const* path : kOnlyElsewhere) waiting.push_back(ask(path));
    auto const answered = [&] {
        return std::ranges::all_of(waiting,
                                   [](auto const& one) { return one->response.has_value(); });
    };
    EXPECT_FALSE(answered());
    auto const deadline = steady_now() + seconds(30);
    while (!answered() && steady_now() < deadline) {
        std::this_thread::sleep_for(milliseconds(50));
        loops[0].post([this] { boards.here().expire(steady_now()); });
        run();
    }
    for (auto const& one : waiting) {
        ASSERT_TRUE(one->response) << one->request.path;
        EXPECT_EQ(one->response->status, 404U);
    }
}

TEST_F(DeliveryTest, HoldsNoRequestOnceTheBroadcastHasEnded) {
    auto ended = window(3, 2);
    ended->ended = true;
    publish(ended);
    for (auto const* path : kOnlyElsewhere) expect_status(path, "", 404);
}

TEST_F(DeliveryTest, ListsTheKeyFramesOfVideo) {  // R8, R9
    publish(with_key_frames(window(3, 2)));
    for (auto const gzip : {false, true}) {
        auto const pending = ask("/live/s1/video-iframes.m3u8", "", gzip);
        ASSERT_TRUE(pending->response);
        EXPECT_EQ(pending->response->status, 200U);
        EXPECT_EQ(pending->response->headers.get("Content-Type"), "application/vnd.apple.mpegurl");
        auto const text = body(*pending->response);
        if (!gzip) {
            EXPECT_NE(text.find("#EXT-X-BYTERANGE:5@0\nsess/video/12.m4s\n"), text.npos) << text;
            EXPECT_EQ(text.find("13.m4s"), text.npos) << "whole segments only";
        }
    }
    expect_status("/live/s1/audio-iframes.m3u8", "", 404);
    expect_status("/live/s1/4k-iframes.m3u8", "", 404);
    expect_status("/live/s1/-iframes.m3u8", "", 404);
}

TEST_F(DeliveryTest, BlocksForTheNextKeyFrameToo) {  // R33
    publish(with_key_frames(window(3, 2)));
    auto const waiting = ask("/live/s1/video-iframes.m3u8", "_HLS_msn=13&_HLS_part=0");
    EXPECT_FALSE(waiting->response) << "the segment must be whole";
    publish(with_key_frames(window(4, 0)));
    ASSERT_TRUE(waiting->response);
    EXPECT_NE(body(*waiting->response).find("sess/video/13.m4s"), std::string::npos);
}

TEST_F(DeliveryTest, SendsPartOfASegmentToWhoAsksForARange) {  // R50
    publish(window(3, 2));
    auto const pending = ask("/live/s1/sess/video/11.m4s");
    ASSERT_TRUE(pending->response);
    auto request = pending->request;
    request.headers.add("Range", "bytes=5-25");
    auto const whole = body(*pending->response);
    auto const sent = http::finish(request, *pending->response);
    EXPECT_EQ(sent.status, 206U);
    EXPECT_EQ(sent.content_range, "bytes 5-25/" + std::to_string(whole.size()));
    EXPECT_EQ(body(sent.body), whole.substr(5, 21));
}

TEST_F(DeliveryTest, KnowsNoMediaThatIsNotThere) {  // R49
    publish(window(3, 2));
    for (auto const* path :
         {"/live/s1/sess/video/9.m4s", "/live/s1/sess/video/14.m4s", "/live/s1/sess/video/9.0.m4s",
          "/live/s1/sess/video/14.1.m4s", "/live/s1/sess/video/15.0.m4s",
          "/live/s1/other/video/13.m4s", "/live/s1/other/video/11.m4s", "/live/s1/sess/4k/11.m4s",
          "/live/s1/sess/video/x", "/live/s1/x.mpd"}) {
        expect_status(path, "", 404);
    }
}

TEST_F(DeliveryTest, LeavesOutTheMediaOfAGap) {  // R53
    auto live = window(3, 2);
    auto video = std::make_shared<RenditionWindow>(*live->renditions[0]);
    auto segment = std::make_shared<Segment>(*video->segments[1]);
    segment->gap = true;
    for (auto& part : segment->parts) part = {Blob(), milliseconds(250), false, true};
    video->segments[1] = segment;
    live->renditions[0] = video;
    publish(live);
    expect_status("/live/s1/sess/video/11.m4s", "", 404);
    expect_status("/live/s1/sess/video/11.1.m4s", "", 404);
}

TEST_F(DeliveryTest, ForgetsAStreamThatIsOffline) {
    publish(window(3, 2));
    auto const waiting = ask("/live/s1/video.m3u8", "_HLS_msn=13&_HLS_part=2");
    boards.on_state(kStream, live::BroadcastState::offline);
    run();
    ASSERT_TRUE(waiting->response);
    EXPECT_EQ(waiting->response->status, 404U);
    expect_status("/live/s1/index.m3u8", "", 404);
}

TEST_F(DeliveryTest, ReleasesThoseWhoWaitWhenTheServerStops) {
    publish(window(3, 2));
    auto const waiting = ask("/live/s1/video.m3u8", "_HLS_msn=13&_HLS_part=2");
    boards.close();
    run();
    ASSERT_TRUE(waiting->response);
    EXPECT_EQ(waiting->response->status, 503U);
    EXPECT_TRUE(waiting->response->headers.contains("Retry-After"));
}

}  // namespace
}  // namespace directfanz::delivery
