#pragma once

#include "base/clock.hpp"
#include "media/live/advice.hpp"
#include "media/live/source_meter.hpp"

#include <deque>
#include <map>
#include <vector>

namespace directfanz::live {

/// Finds in what arrives from a publisher what its encoder could do better: what holds now, and is
/// taken back once it does not. On the broadcast's loop; its time is that of the samples.
class EncoderAdvisor {
  public:
    /// Another publisher, or the same one again, perhaps with better settings.
    void begin();

    /// A segment of the broadcast can last so long; key frames further apart are cut through.
    void segments_at_most(microseconds longest) { longest_segment_ = longest; }

    /// What arrived since the time before. Gives the kinds that were not there then.
    std::vector<Advice> consider(Source const& source, SourceSample const& sample);

    /// At most one of each kind.
    std::vector<Advice> advice() const;

    /// The transcoder uses the source's own key frames up to here.
    static constexpr milliseconds kLongestKeyFrameDistance{4'000};
    static constexpr milliseconds kLongGap{1'000};
    /// Frames and bit rates are judged over so long.
    static constexpr seconds kPeriod{30};
    /// Of it, before there is anything to judge.
    static constexpr seconds kEnough{10};
    static constexpr double kDroppedPercent = 2;
    static constexpr double kLatePercent = 5;
    /// Bit/s; a picture above 1080p may take more.
    static constexpr double kHighestBitrate = 8'500'000;
    static constexpr unsigned kFullHeight = 1080;
    /// dBFS (RMS). Speech lies near -20, music in between.
    static constexpr double kSilent = -60;
    static constexpr double kTooLoud = -6;

  private:
    void judge_key_frames(SourceSample const& sample);
    void judge_gaps(SourceSample const& sample);
    void judge_frames();
    void judge_bitrate(Source const& source);
    void judge_sound(Source const& source, SourceSample const& sample);

    /// It is so now; said for `kept` after it was last.
    void say(AdviceKind kind, double measured, seconds kept = seconds(0));

    struct Said {
        Advice advice;
        microseconds until{};
    };

    microseconds longest_segment_ = kLongestKeyFrameDistance;
    /// Of the samples since the publisher began.
    microseconds now_{};
    microseconds silent_for_{};
    microseconds loud_for_{};
    /// No longer than kPeriod, and what they sum up to.
    std::deque<SourceSample> samples_;
    std::map<AdviceKind, Said> said_;
};

}  // namespace directfanz::live
