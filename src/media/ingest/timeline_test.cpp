#include "media/ingest/timeline.hpp"

#include <cmath>
#include <functional>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace directfanz::ingest {
namespace {

constexpr AudioFormat k48k{.sample_rate = 48'000, .channels = 2, .samples_per_frame = 1024};

/// A publisher of 25 pictures a second and AAC at 48 kHz, with one true clock in milliseconds that
/// tests distort on its way to the wire, and the places that its frames are given.
class Publisher {
  public:
    struct Placed {
        double true_ms;
        /// In milliseconds; nothing for a dropped frame.
        std::optional<double> ms;
        std::int64_t ticks;
    };
    /// From true milliseconds to the wire's.
    using Wire = std::function<std::int64_t(double)>;

    Publisher() { timeline.set_audio(k48k); }

    /// Publishes what is between the present and `to`, in real time.
    void run_until(double to, Wire const& video_wire, Wire const& audio_wire) {
        while (next_video < to || next_audio < to) {
            if (next_video <= next_audio) {
                send(MediaKind::video, next_video, video_wire(next_video));
                next_video += 40;
            } else {
                send(MediaKind::audio, next_audio, audio_wire(next_audio));
                next_audio += 1024.0 / 48;
            }
        }
    }
    void run_until(double to, Wire const& wire) { run_until(to, wire, wire); }

    void send(MediaKind kind, double true_ms, std::int64_t wire) {
        auto const arrival = start + microseconds(static_cast<std::int64_t>(true_ms * 1000 * pace));
        auto const ticks = timeline.place(kind, static_cast<std::uint32_t>(wire), arrival);
        auto const rate = kind == MediaKind::video ? 90.0 : 48.0;
        Placed placed{true_ms, std::nullopt, ticks.value_or(-1)};
        if (ticks) placed.ms = static_cast<double>(*ticks) / rate;
        (kind == MediaKind::video ? video : audio).push_back(placed);
    }

    /// The pause between true times that nobody publishes in.
    void pause_until(double to) {
        next_video = to;
        next_audio = to;
    }

    void expect_rising() const {
        for (auto const* track : {&video, &audio}) {
            std::int64_t last = -1;
            for (auto const& frame : *track) {
                if (!frame.ms) continue;
                EXPECT_GT(frame.ticks, last);
                last = frame.ticks;
            }
        }
        std::int64_t last = -1024;
        for (auto const& frame : audio) {
            if (!frame.ms) continue;
            EXPECT_GE(frame.ticks, last + 1024);
            last = frame.ticks;
        }
    }

    /// The next `count` audio frames are never sent.
    void lose_audio(int count) { next_audio += count * 1024.0 / 48; }

    /// The samples that audio frame `i` lies away from where its true time says.
    std::int64_t samples_off(std::size_t i) const {
        return audio[i].ticks - std::llround(audio[i].true_ms * 48);
    }

    /// Every frame from `from` on lies where its true time says, less `removed`, within
    /// `tolerance`.
    void expect_true(double tolerance, double removed = 0, double from = 0) const {
        for (auto const* track : {&video, &audio}) {
            for (auto const& frame : *track) {
                if (frame.true_ms < from) continue;
                ASSERT_TRUE(frame.ms) << "dropped at " << frame.true_ms;
                ASSERT_NEAR(*frame.ms, frame.true_ms - removed, tolerance)
                    << (track == &video ? "video" : "audio");
            }
        }
    }

    Timeline timeline;
    SteadyTime start{};
    double pace = 1;
    double next_video = 0;
    double next_audio = 0;
    std::vector<Placed> video;
    std::vector<Placed> audio;
};

std::int64_t any(std::mt19937& random, std::int64_t below) {
    return static_cast<std::int64_t>(random()) % below;
}

std::int64_t rounded(double ms) {
    return static_cast<std::int64_t>(std::floor(ms));
}

Publisher::Wire plus(std::int64_t base) {
    return [base](double ms) { return rounded(ms) + base; };
}

TEST(Timeline, BeginsAtZeroWhateverTheWireSays) {
    for (std::int64_t const base : {0LL, 5LL, 1'000'000LL, 0xFFFFFF00LL}) {
        Publisher publisher;
        publisher.run_until(10'000, plus(base));
        EXPECT_EQ(publisher.video.front().ticks, 0);
        publisher.expect_true(1.01);
        publisher.expect_rising();
    }
}

TEST(Timeline, VideoTicksAreMillisecondsTimesNinety) {
    Timeline timeline;
    SteadyTime const start{};
    EXPECT_EQ(timeline.place(MediaKind::video, 100, start), 0);
    EXPECT_EQ(timeline.place(MediaKind::video, 133, start + milliseconds(33)), 33 * 90);
    EXPECT_EQ(timeline.place(MediaKind::video, 167, start + milliseconds(67)), 67 * 90);
}

// rtmp.md 10.
TEST(Timeline, TheWrapAt32BitsLeavesNoTrace) {
    Publisher publisher;
    publisher.run_until(20'000, plus(0x1'0000'0000LL - 10'000));
    publisher.expect_true(1.01);
    publisher.expect_rising();
}

// rtmp.md 10.
TEST(Timeline, TheCrossingOf24BitsLeavesNoTrace) {
    Publisher publisher;
    publisher.run_until(20'000, plus(0x100'0000 - 10'000));
    publisher.expect_true(1.01);
}

// rtmp.md 10: publishers without extended timestamps wrap there.
TEST(Timeline, TheWrapAt24BitsLeavesNoTrace) {
    Publisher publisher;
    publisher.run_until(20'000,
                        [](double ms) { return (rounded(ms) + 0x100'0000 - 10'000) & 0xFFFFFF; });
    publisher.expect_true(1.01);
    publisher.expect_rising();
}

// rtmp.md 11.
TEST(Timeline, JumpsOfTheWholeClockAreTakenOut) {
    for (std::int64_t const jump :
         {1'000LL, 5'000LL, 100'000LL, 3'600'000LL, -500LL, -5'000LL, -100'000LL, -3'600'000LL}) {
        Publisher publisher;
        publisher.run_until(20'000, [jump](double ms) {
            return rounded(ms) + 4'000'000 + (ms >= 10'000 ? jump : 0);
        });
        publisher.expect_true(45);
        publisher.expect_rising();
        // The offset between sound and picture is that of the wire to the millisecond, whoever
        // jumped first.
        auto const& video = publisher.video.back();
        auto const& audio = publisher.audio.back();
        EXPECT_NEAR(*video.ms - *audio.ms, video.true_ms - audio.true_ms, 25) << jump;
    }
}

// rtmp.md 11: no endless splits.
TEST(Timeline, ManyJumpsDoNotAddUp) {
    Publisher publisher;
    publisher.run_until(120'000, [](double ms) {
        return rounded(ms) + (static_cast<std::int64_t>(ms / 7'000) % 2 == 1 ? 50'000 : 0);
    });
    publisher.expect_rising();
    auto const& video = publisher.video.back();
    auto const& audio = publisher.audio.back();
    EXPECT_NEAR(*video.ms - *audio.ms, video.true_ms - audio.true_ms, 45);
    EXPECT_NEAR(*video.ms, video.true_ms, 200);
}

// rtmp.md 11.
TEST(Timeline, AudioAndVideoOnDifferentBasesBeginTogether) {
    for (std::int64_t const base : {3'600'000LL, -3'600'000LL, 60'000LL}) {
        Publisher publisher;
        publisher.run_until(10'000, plus(0), plus(base));
        publisher.expect_true(2);
    }
}

// rtmp.md 11.
TEST(Timeline, TracksThatBeginFarApartKeepTheirDistance) {
    Publisher publisher;
    publisher.next_video = 8'000;
    publisher.run_until(20'000, plus(700));
    publisher.expect_true(1.01);
}

TEST(Timeline, TracksThatBeginApartButArriveTogetherKeepTheirDistance) {
    Publisher publisher;
    publisher.run_until(10'000, plus(500), plus(2'500));
    EXPECT_NEAR(*publisher.audio.front().ms - *publisher.video.front().ms, 2'000, 2);
}

TEST(Timeline, AudioBeforeTheBeginningIsDropped) {
    Publisher publisher;
    publisher.run_until(3'000, plus(500), plus(400));
    EXPECT_FALSE(publisher.audio.front().ms);
    publisher.expect_rising();
    auto const& audio = publisher.audio.back();
    ASSERT_TRUE(audio.ms);
    EXPECT_NEAR(*audio.ms, audio.true_ms - 100, 13);
}

// rtmp.md 11: one track alone.
TEST(Timeline, AJumpOfOneTrackAloneKeepsItBesideTheOther) {
    Publisher publisher;
    publisher.run_until(20'000, plus(0),
                        [](double ms) { return rounded(ms) + (ms >= 10'000 ? 777'000 : 0); });
    publisher.expect_true(45);
    publisher.expect_rising();
}

// rtmp.md 11: one bad frame never ends a broadcast.
TEST(Timeline, OneBadFrameIsPlacedAndForgotten) {
    for (std::int64_t const bad : {0LL, 600LL, 11'000LL, 500'000LL, 0x7FFFFFFFLL, 0xFFFFFFFFLL}) {
        Publisher publisher;
        publisher.run_until(10'000, plus(1'000));
        publisher.send(MediaKind::video, publisher.next_video, bad);
        publisher.next_video += 40;
        publisher.send(MediaKind::audio, publisher.next_audio, bad);
        publisher.next_audio += 1024.0 / 48;
        publisher.run_until(20'000, plus(1'000));
        publisher.expect_rising();
        publisher.expect_true(3, 0, 12'000);
    }
}

TEST(Timeline, DuplicateAndDisorderedFramesGoOn) {
    Publisher publisher;
    std::mt19937 random(9);
    publisher.run_until(20'000, [&](double ms) {
        auto const kind = random() % 20;
        return rounded(ms) + 5'000 - (kind == 0 ? 40 : kind == 1 ? 80 : 0);
    });
    publisher.expect_rising();
    publisher.run_until(22'000, plus(5'000));
    publisher.expect_true(45, 0, 20'500);
}

TEST(Timeline, ARealPauseStaysAGap) {
    Publisher publisher;
    publisher.run_until(10'000, plus(0));
    publisher.pause_until(25'000);
    publisher.run_until(30'000, plus(0));
    publisher.expect_true(1.5);
}

TEST(Timeline, APauseWithAClockThatBeginsAgainStaysAGap) {
    Publisher publisher;
    publisher.run_until(10'000, plus(0));
    publisher.pause_until(25'000);
    publisher.run_until(30'000, plus(-25'000));
    publisher.expect_true(45);
    publisher.expect_rising();
}

TEST(Timeline, SoundThatStopsForAWhileComesBackInItsPlace) {
    Publisher publisher;
    publisher.run_until(5'000, plus(0));
    auto const silent_from = publisher.next_audio;
    publisher.next_audio = 1e9;
    publisher.run_until(12'000, plus(0));
    publisher.next_audio = silent_from + 7'000;
    publisher.run_until(20'000, plus(0));
    publisher.expect_true(1.5);
}

TEST(Timeline, FramesThatAStalledLineDeliversAtOnceKeepTheirTimes) {
    Publisher publisher;
    publisher.run_until(10'000, plus(0));
    // Everything of the next 8 s arrives in a burst at its end.
    for (double ms = 10'000; ms < 18'000; ms += 40) {
        auto const ticks =
            publisher.timeline.place(MediaKind::video, static_cast<std::uint32_t>(ms),
                                     publisher.start + milliseconds(18'000));
        ASSERT_TRUE(ticks);
        EXPECT_EQ(*ticks, static_cast<std::int64_t>(ms) * 90);
    }
}

TEST(Timeline, FramesThatAPublisherLeftOutToCatchUpStayLeftOut) {
    Publisher publisher;
    publisher.run_until(10'000, plus(0));
    auto const at = publisher.start + milliseconds(15'000);
    // The line stood still for 5 s; then the encoder goes on 4 s later.
    EXPECT_EQ(publisher.timeline.place(MediaKind::video, 10'040, at), 10'040 * 90);
    EXPECT_EQ(publisher.timeline.place(MediaKind::video, 14'040, at), 14'040 * 90);
}

TEST(Timeline, AFileSentFasterThanRealTimeKeepsItsTimes) {
    Publisher publisher;
    publisher.pace = 0.01;
    publisher.run_until(60'000, plus(0));
    publisher.expect_true(1.5);
}

TEST(Timeline, VariableFrameRatesKeepTheirTimes) {
    for (auto const pace : {1.0, 0.01}) {
        Publisher publisher;
        publisher.pace = pace;
        std::mt19937 random(5);
        double ms = 0;
        while (ms < 60'000) {
            publisher.next_video = 1e9;
            publisher.run_until(ms, plus(0));
            publisher.send(MediaKind::video, ms, rounded(ms));
            ms += static_cast<double>(random() % 10 == 0 ? random() % 3'000 : 17 + random() % 50);
        }
        publisher.expect_true(1.5);
    }
}

TEST(Timeline, SlowPicturesAloneKeepTheirTimes) {
    for (auto const pace : {1.0, 0.01}) {
        Publisher publisher;
        publisher.pace = pace;
        for (double ms = 0; ms < 30'000; ms += 1'000) {
            publisher.send(MediaKind::video, ms, rounded(ms));
        }
        publisher.expect_true(1);
    }
}

// rtmp.md 13.
TEST(Timeline, AudioCountsSamplesInsteadOfRoundedMilliseconds) {
    Publisher publisher;
    publisher.run_until(60'000, plus(0));
    for (std::size_t i = 0; i < publisher.audio.size(); ++i) {
        ASSERT_EQ(publisher.audio[i].ticks, static_cast<std::int64_t>(i) * 1024);
    }
}

// rtmp.md 13.
TEST(Timeline, JitterOnTheWireIsNotHeard) {
    Publisher publisher;
    std::mt19937 random(8);
    publisher.run_until(60'000, plus(1'000),
                        [&](double ms) { return rounded(ms) + 1'000 + any(random, 30); });
    auto const first = publisher.audio.front().ticks;
    for (std::size_t i = 0; i < publisher.audio.size(); ++i) {
        ASSERT_EQ(publisher.audio[i].ticks, first + static_cast<std::int64_t>(i) * 1024);
    }
}

// rtmp.md 13: what is lost is a gap, however short, or all later sound would be early.
TEST(Timeline, LostAudioFramesMoveNoLaterSoundByASample) {
    for (auto const lost : {1, 2, 3, 4, 5, 8, 40}) {
        for (auto const base : {0, 7}) {
            Publisher publisher;
            publisher.next_audio = base / 10.0;
            publisher.run_until(10'000, plus(base));
            auto const settled = publisher.samples_off(publisher.audio.size() - 1);
            publisher.lose_audio(lost);
            publisher.run_until(20'000, plus(base));
            publisher.expect_rising();
            publisher.expect_true(lost > 4 ? 25 : lost * 22 + 1);
            auto const first = publisher.audio.size();
            publisher.run_until(30'000, plus(base));
            for (auto i = first; i < publisher.audio.size(); ++i) {
                ASSERT_EQ(publisher.samples_off(i), settled) << lost << " lost";
            }
        }
    }
}

TEST(Timeline, AudioFramesLostOneByOneDoNotAddUp) {
    Publisher publisher;
    std::mt19937 random(21);
    double lost_at = 0;
    while (publisher.next_audio < 600'000) {
        publisher.run_until(lost_at += 3'000 + static_cast<double>(random() % 3'000), plus(0));
        EXPECT_EQ(publisher.samples_off(publisher.audio.size() - 1), 0);
        publisher.lose_audio(1);
    }
    publisher.expect_true(23);
    publisher.expect_rising();
}

TEST(Timeline, AudioFramesSentTwiceMoveNoLaterSoundByASample) {
    for (auto const twice : {1, 2, 3}) {
        Publisher publisher;
        publisher.run_until(10'000, plus(0));
        for (int i = 0; i < twice; ++i) {
            auto const& last = publisher.audio.back();
            publisher.send(MediaKind::audio, last.true_ms, rounded(last.true_ms));
        }
        publisher.run_until(20'000, plus(0));
        publisher.expect_rising();
        auto const first = publisher.audio.size();
        publisher.run_until(30'000, plus(0));
        for (auto i = first; i < publisher.audio.size(); ++i) {
            ASSERT_EQ(publisher.samples_off(i), 0) << twice << " sent twice";
        }
    }
}

TEST(Timeline, ALostAudioFrameIsNoticedThroughJitter) {
    Publisher publisher;
    std::mt19937 random(4);
    auto const jitter = [&](double ms) { return rounded(ms) + any(random, 9) - 4; };
    publisher.run_until(10'000, plus(0), [&](double ms) { return ms < 1 ? 0 : jitter(ms); });
    publisher.lose_audio(1);
    publisher.run_until(60'000, plus(0), jitter);
    EXPECT_EQ(publisher.samples_off(publisher.audio.size() - 1), 0);
    publisher.expect_rising();
}

// Encoders on phones give the frames of one capture buffer one time, or that of their arrival.
TEST(Timeline, FramesThatShareTheTimeOfTheirCaptureBufferAreCounted) {
    for (auto const buffer : {2, 3, 4}) {
        Publisher publisher;
        auto const length = buffer * 1024.0 / 48;
        publisher.run_until(60'000, plus(0), [length](double ms) {
            return rounded(std::floor(ms / length + 0.001) * length);
        });
        for (std::size_t i = 0; i < publisher.audio.size(); ++i) {
            ASSERT_EQ(publisher.audio[i].ticks, static_cast<std::int64_t>(i) * 1024) << buffer;
        }
    }
}

TEST(Timeline, TimesThatAreLateForLessThanAStepIsKeptLeaveNoTrace) {
    Publisher publisher;
    publisher.run_until(60'000, plus(0), [](double ms) {
        return rounded(ms) + (std::fmod(ms, 5'000) > 4'500 ? 30 : 0);
    });
    for (std::size_t i = 0; i < publisher.audio.size(); ++i) {
        ASSERT_EQ(publisher.audio[i].ticks, static_cast<std::int64_t>(i) * 1024);
    }
}

// rtmp.md 13: real drift, of a sound card that runs 0.5 % fast or slow.
TEST(Timeline, RealDriftIsCorrectedInSmallSteps) {
    for (auto const speed : {1.005, 0.995}) {
        Publisher publisher;
        auto const wire = [](double ms) { return rounded(ms); };
        double video = 0;
        double audio = 0;
        std::size_t corrections = 0;
        while (video < 120'000) {
            publisher.send(MediaKind::video, video, wire(video));
            for (; audio < video; audio += 1024.0 / 48 / speed) {
                publisher.send(MediaKind::audio, audio, wire(audio));
                auto const& placed = publisher.audio.back();
                if (!placed.ms) {
                    ++corrections;
                } else {
                    ASSERT_NEAR(*placed.ms, audio, 30);
                }
            }
            video += 40;
        }
        publisher.expect_rising();
        // 600 ms have to go, or to be filled.
        EXPECT_LE(corrections, 40U);
        if (speed > 1) EXPECT_GE(corrections, 15U);
    }
}

TEST(Timeline, ANewSampleRateGoesOnWhereTheOldOneEnded) {
    Timeline timeline;
    timeline.set_audio(k48k);
    SteadyTime const start{};
    std::int64_t last = 0;
    for (int i = 0; i < 100; ++i) {
        auto const ms = i * 64 / 3;
        last =
            timeline
                .place(MediaKind::audio, static_cast<std::uint32_t>(ms), start + milliseconds(ms))
                .value_or(-1);
    }
    EXPECT_EQ(last, 99 * 1024);
    timeline.set_audio({.sample_rate = 24'000, .channels = 1, .samples_per_frame = 1024});
    auto const next = timeline.place(MediaKind::audio, 2'134, start + milliseconds(2'134));
    EXPECT_EQ(next, 100 * 512);
}

TEST(Timeline, AnyClockGivesRisingTimes) {
    std::mt19937 random(12);
    for (int round = 0; round < 200; ++round) {
        Publisher publisher;
        double now = 0;
        for (int i = 0; i < 500; ++i) {
            now += random() % 50;
            auto const kind = random() % 2 == 0 ? MediaKind::video : MediaKind::audio;
            auto const wire =
                random() % 4 == 0 ? any(random, 0x1'0000'0000) : rounded(now) + any(random, 300);
            publisher.send(kind, now, wire);
        }
        publisher.expect_rising();
        // Nothing runs far ahead of the time in which it was published.
        EXPECT_LT(publisher.video.back().ms.value_or(0), now + 60'000);
    }
}

}  // namespace
}  // namespace directfanz::ingest
