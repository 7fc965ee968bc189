#include "media/packager/rung_fixture.hpp"

#include <limits>
#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

/// Publishers of every kind, made from a seed: whatever they do, every window and every playlist
/// keeps all promises (window_checker_fixture.hpp).
namespace directfanz::packager {
namespace {

using namespace testing;

class Chaos {
  public:
    Chaos(std::uint32_t seed, Packager& packager)
        : random_(seed), publisher_{.packager = packager} {}

    /// Encoders of every kind that follow it from now on.
    void add_rungs() {
        static constexpr std::array kHeights{720U, 480U, 360U};
        auto const count = static_cast<std::size_t>(real(1, 3.99));
        std::vector<RungPlan> plans;
        for (std::size_t i = 0; i < count; ++i)
            plans.push_back({.name = fmt::format("{}p", kHeights[i])});
        // Not all of them are announced.
        if (one_in(4)) plans.pop_back();
        packager().expect_rungs(plans);
        for (std::size_t i = 0; i < count; ++i) {
            add_rung(fmt::format("{}p", kHeights[i]), rung_track(kHeights[i]));
            auto& encoder = *encoders_.back();
            encoder.b_frames = static_cast<int>(real(0, 3.99));
            encoder.delay = static_cast<int>(real(0, 3.99));
            encoder.reorder = static_cast<std::size_t>(real(0, 8));
            auto const forgets = one_in(3) ? 0.2 : 0;
            encoder.keeps_key = [this, forgets](std::int64_t) { return real(0, 1) >= forgets; };
        }
        if (one_in(2)) add_rung("audio64", audio_track(48'000, 1));
        publisher_.on_placed = [this](MediaKind kind, Sample const& sample) {
            for (auto& encoder : encoders_) encoder->take(kind, sample);
        };
    }

    /// One connection, of some seconds. Returns when it ended.
    WallTime connect(WallTime now) {
        packager().begin_input(now);
        began_ = now;
        ++publisher_.input;
        has_video_ = !one_in(6);
        has_audio_ = !has_video_ || !one_in(5);
        frame_ = 1.0 / pick({5, 12, 24, 25, 29.97, 30, 50, 60});
        jitter_ = one_in(3) ? real(0, 0.8) : 0;
        key_distance_ = pick({0.5, 1, 1, 2, 2, 2, 2, 2.4, 3, 4, 8.3, 30});
        scene_cuts_ = one_in(4) ? 0.01 : 0;
        hiccups_ = one_in(3) ? 0.01 : 0;
        reorder_ = static_cast<int>(real(0, 3.99));
        rate_ = static_cast<unsigned>(pick({48'000, 44'100}));
        video_lead_ = one_in(2) ? real(-0.4, 0.4) : 0;
        auto const video_start = one_in(4) ? real(0, 6) : real(0, 0.2);
        auto const audio_start = one_in(4) ? real(0, 6) : real(0, 0.2);
        auto const length = real(1, 40);
        for (auto& encoder : encoders_) {
            encoder->reset();
            if (encoder->track().kind == MediaKind::audio) encoder->retrack(audio_track(rate_, 1));
        }
        keys_ = 0;
        // One frame with a composition time that can be anything.
        bad_from_ = one_in(2) ? video_start + real(0, 20) : std::numeric_limits<double>::max();
        bad_key_ = !one_in(4);
        if (has_video_) configure(packager(), video_track());
        if (has_audio_) configure(packager(), audio_track(rate_));

        double video = video_start;
        double audio = audio_start;
        double next_key = video_start;
        double video_resumes = 0;
        double audio_resumes = 0;
        while (std::min(video, audio) < length) {
            // A pause of one track, or of both.
            if (one_in(4000)) video_resumes = video + real(0.3, 6);
            if (one_in(4000)) audio_resumes = audio + real(0.05, 6);
            if (one_in(4000)) video_resumes = audio_resumes = std::max(video, audio) + real(1, 9);
            if (one_in(8000) && has_video_) {
                configure(packager(), video_track(one_in(2) ? 0x42 : 0x4d));
                keys_ = 0;
            }
            if (one_in(8000) && has_audio_)
                configure(packager(), audio_track(rate_, one_in(2) + 1));

            auto const send_video = has_video_ && (!has_audio_ || video + video_lead_ <= audio);
            auto const clock = send_video ? video + video_lead_ : audio;
            advance(clock);
            if (send_video) {
                if (video >= video_resumes) {
                    auto const key = video >= next_key || real(0, 1) < scene_cuts_;
                    if (key) next_key = video + key_distance_;
                    push_video(video, key);
                }
                video += frame_ * (1 + real(-jitter_, jitter_));
                if (real(0, 1) < hiccups_) video += real(0, 0.9);
            } else if (has_audio_) {
                if (audio >= audio_resumes)
                    publisher_.push(MediaKind::audio, ticks(audio, rate_), ticks(audio, rate_),
                                    true, 100);
                audio += 1024.0 / rate_;
            }
            if (!has_audio_) audio = video;
            if (!has_video_) video = audio;
        }
        auto const end = now + at_least(std::max(video, audio));
        packager().advance(end);
        packager().end_input();
        return end;
    }

    /// Samples, in all connections.
    std::uint64_t sent() const { return publisher_.serial; }

    double real(double from, double to) {
        return std::uniform_real_distribution<double>(from, to)(random_);
    }
    bool one_in(int n) { return std::uniform_int_distribution<int>(1, n)(random_) == 1; }

  private:
    Packager& packager() { return publisher_.packager; }

    double pick(std::initializer_list<double> values) {
        auto const index =
            std::uniform_int_distribution<std::size_t>(0, values.size() - 1)(random_);
        return *(values.begin() + static_cast<std::ptrdiff_t>(index));
    }

    static std::int64_t ticks(double time, unsigned rate) {
        return static_cast<std::int64_t>(time * rate + 0.5);
    }
    static WallTime::duration at_least(double time) {
        return std::chrono::duration_cast<WallTime::duration>(std::chrono::duration<double>(time));
    }
    void advance(double time) {
        auto const now = began_ + at_least(std::max(time, 0.0));
        packager().advance(now);
        for (auto& encoder : encoders_) {
            trouble(*encoder);
            encoder->pump(now);
        }
    }

    void add_rung(std::string name, Track track) {
        // Audio of a source with another sampling rate is not what this encoder makes.
        encoders_.push_back(std::make_unique<Encoder>(packager(), std::move(name), track));
        encoders_.back()->latency = milliseconds(static_cast<int>(real(0, 700)));
    }

    void trouble(Encoder& encoder) {
        if (encoder.dead()) {
            if (!one_in(60)) return;
            auto track = encoder.track();
            if (track.kind == MediaKind::video && one_in(3))
                track = rung_track(track.video().height, one_in(2) ? 0x42 : 0x4d);
            encoder.restart(track);
        } else if (one_in(1500)) {
            if (one_in(3))
                encoder.hang();
            else
                encoder.kill();
        } else if (one_in(1500)) {
            encoder.latency = milliseconds(static_cast<int>(real(0, one_in(4) ? 6000 : 700)));
        }
    }

    void push_video(double time, bool key) {
        auto const dts = ticks(time, 1000) * 90;
        if (key) ++keys_;
        // Key frames are marks, so they are the worst. The first ones have nothing to be held
        // against.
        if (time > bad_from_ && keys_ > 3 && (key || !bad_key_)) {
            bad_from_ = std::numeric_limits<double>::max();
            auto const offset = one_in(2) ? real(-2, 2) : real(-8388.608, 8388.607);
            publisher_.push_askew(dts, dts + static_cast<std::int64_t>(offset * 1000) * 90, key,
                                  key ? 5000 : 500);
            return;
        }
        auto const frames = key ? reorder_ : static_cast<int>(real(0, reorder_ * 2.0 + 0.99));
        publisher_.push(MediaKind::video, dts, dts + ticks(frames * frame_, 1000) * 90, key,
                        key ? 5000 : 500);
    }

    std::mt19937 random_;
    Publisher publisher_;
    std::vector<std::unique_ptr<Encoder>> encoders_;
    WallTime began_;
    bool has_video_ = true;
    bool has_audio_ = true;
    double frame_ = 0;
    double jitter_ = 0;
    double key_distance_ = 0;
    double scene_cuts_ = 0;
    double hiccups_ = 0;
    int reorder_ = 0;
    unsigned rate_ = 0;
    double video_lead_ = 0;
    double bad_from_ = 0;
    bool bad_key_ = false;
    /// Of this connection and configuration.
    int keys_ = 0;
};

void play(Chaos& chaos, Packager& packager) {
    auto now = at(0);
    auto const connections = 1 + static_cast<int>(chaos.real(0, 3));
    for (int c = 0; c < connections; ++c) {
        now = chaos.connect(now);
        now += std::chrono::duration_cast<WallTime::duration>(
            std::chrono::duration<double>(chaos.one_in(2) ? chaos.real(0, 2) : chaos.real(0, 100)));
    }
    packager.finish();
}

class AnyPublisher : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(AnyPublisher, KeepsEveryPromiseInEveryWindow) {
    for (std::uint32_t i = 0; i < 6; ++i) {
        auto const seed = GetParam() * 1000 + i;
        SCOPED_TRACE(fmt::format("seed {}", seed));
        WindowChecker checker({.full_parts = false, .no_gaps = false, .skew = milliseconds(1500)});
        Packager packager({}, "chaos", kFirst, at(0), checker);
        Chaos chaos(seed, packager);
        play(chaos, packager);
        ASSERT_EQ(checker.last() != nullptr, chaos.sent() > 0);
        if (checker.last()) ASSERT_TRUE(checker.last()->ended);
        if (HasFailure()) return;
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyPublisher, ::testing::Range(0U, 8U));

class AnyLadder : public ::testing::TestWithParam<std::uint32_t> {};

/// Whatever rungs do, too: they are late, die, hang, come back with another configuration, set key
/// frames elsewhere; and never does the leading rendition lose a thing by it.
TEST_P(AnyLadder, KeepsEveryPromiseInEveryWindow) {
    for (std::uint32_t i = 0; i < 3; ++i) {
        auto const seed = GetParam() * 1000 + i;
        SCOPED_TRACE(fmt::format("seed {}", seed));
        WindowChecker checker({.full_parts = false, .no_gaps = false, .skew = milliseconds(1500)});
        Packager packager({}, "chaos", kFirst, at(0), checker);
        Chaos chaos(seed, packager);
        chaos.add_rungs();
        play(chaos, packager);
        if (checker.last()) ASSERT_TRUE(checker.last()->ended);
        if (HasFailure()) return;
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyLadder, ::testing::Range(0U, 8U));

}  // namespace
}  // namespace directfanz::packager
