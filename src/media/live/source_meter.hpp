#pragma once

#include "base/clock.hpp"
#include "media/codec/sample.hpp"
#include "media/codec/track.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace directfanz::live {

/// What publishes, and in which formats.
struct Source {
    /// As it calls itself; may be empty.
    std::string encoder;
    std::optional<Track> video;
    std::optional<Track> audio;
};

/// What arrived from the publisher since the time before, about a second.
struct SourceSample {
    microseconds elapsed{};
    std::uint64_t video_bytes = 0;
    std::uint64_t audio_bytes = 0;
    unsigned frames = 0;
    /// That came more than SourceMeter::kLate behind the clock.
    unsigned late_frames = 0;
    /// Gaps in the picture's times, in frames.
    unsigned dropped_frames = 0;
    /// Between the last two, once there were two.
    std::optional<milliseconds> key_frame_distance;
    /// From the last one to the last frame.
    milliseconds since_key_frame{};
    /// Between two frames that follow one another.
    milliseconds longest_gap{};
    /// In dBFS; none where no sound came, or nothing decodes it.
    std::optional<double> audio_level;
    /// Of the publisher's connection.
    std::optional<milliseconds> round_trip;
};

/// Measures what a publisher sends, before anything is made of it. On the broadcast's loop.
class SourceMeter {
  public:
    /// Another publisher, or the same one again.
    void begin(std::string encoder, SteadyTime now);
    void configure(Track const& track);
    void push(MediaKind kind, Sample const& sample, SteadyTime now);

    /// How loud the sound is, in dBFS; whoever decodes it tells.
    void heard(double level, SteadyTime now);

    Source const& source() const { return source_; }
    /// What arrived since the last call, or the beginning.
    SourceSample take(SteadyTime now);
    SteadyTime taken_at() const { return taken_at_; }

    static constexpr milliseconds kLate{500};
    /// A longer gap is a pause, not frames that were dropped.
    static constexpr seconds kLongestGap{10};
    /// Levels are told once a second of sound, and asked for once a second.
    static constexpr milliseconds kLevelKept{2500};

  private:
    struct Level {
        double dbfs = 0;
        SteadyTime at;
    };

    void measure_video(Sample const& sample, SteadyTime now);

    Source source_;
    SourceSample sample_;
    SteadyTime taken_at_{};
    std::optional<Level> level_;
    /// Of the last frame, in microseconds on the publication's clock.
    std::optional<std::int64_t> last_frame_;
    std::optional<std::int64_t> last_key_;
    /// The usual distance of two frames in microseconds; 0 until two have come.
    double usual_ = 0;
    /// The least that any frame was behind its own time.
    std::optional<microseconds> least_delay_;
};

}  // namespace directfanz::live
