#pragma once

#include "media/packager/packager_fixture.hpp"

#include <cstdlib>
#include <cstring>
#include <deque>
#include <string>
#include <utility>
#include <vector>

/// What the tests of rungs share: encoders made of numbers, which are late, die and come back.
namespace directfanz::packager::testing {

inline Track rung_track(unsigned height = 720, unsigned profile = 0x64) {
    auto track = video_track(profile);
    track.format = VideoFormat{.width = height * 16 / 9, .height = height, .frame_rate = 30};
    return track;
}

/// Makes one rung of what a publisher sends: the same pictures at the same presentation times, key
/// frames where the source has them, B-frames of its own, and everything a while later.
class Encoder {
  public:
    Encoder(Packager& packager, std::string name, Track track)
        : name_(std::move(name)), packager_(packager), track_(std::move(track)) {
        packager_.configure_rung(name_, track_);
    }

    /// From a sample to its rung's.
    milliseconds latency{150};
    int b_frames = 0;
    /// Frames by which it decodes earlier; one is what B-frames take.
    int delay = 0;
    /// Pictures that came out of a decoder are in order once this many have followed.
    std::size_t reorder = 0;
    /// Where this is false of a source's key frame, it makes none.
    std::function<bool(std::int64_t pts)> keeps_key = [](std::int64_t) { return true; };
    std::size_t key_bytes = 3000;
    /// Of pictures, in its samples: not all encoders know the next one.
    bool tells_durations = true;

    std::uint64_t sent = 0;

    void take(MediaKind kind, Sample const& sample) {
        if (dead_ || kind != track_.kind) return;
        if (kind == MediaKind::audio) {
            put(sample, sample.dts, true);
            return;
        }
        // A decoder makes nothing of a picture that is to be shown in an hour.
        constexpr std::int64_t kFarthest = 3 * std::int64_t{kVideoTimescale};
        if (std::abs(std::int64_t{sample.composition_offset}) > kFarthest) return;
        if (sample.sync) {
            decoding_ = true;
            while (!decoded_.empty()) show_next();
        }
        if (!decoding_) return;
        decoded_.emplace(sample.pts(), sample);
        if (decoded_.size() > reorder || sample.sync) show_next();
    }

    void pump(WallTime now) {
        now_ = now;
        while (!queue_.empty() && queue_.front().first <= now) {
            packager_.push_rung(name_, std::move(queue_.front().second));
            queue_.pop_front();
            ++sent;
        }
    }

    void kill() {
        dead_ = true;
        forget();
        packager_.rung_lost(name_);
    }

    /// Nothing comes any more, and nobody says so.
    void hang() {
        dead_ = true;
        forget();
    }

    /// It has decoded from the last key frame on, and begins with a key frame of its own.
    void restart(Track const& track) {
        dead_ = false;
        decoding_ = true;
        fresh_ = true;
        track_ = track;
        packager_.configure_rung(name_, track_);
    }
    void restart() { restart(track_); }

    /// The source begins anew.
    void reset() {
        forget();
        decoding_ = false;
        last_dts_ = INT64_MIN;
    }

    /// With the pictures that come from now on.
    void retrack(Track const& track) {
        track_ = track;
        packager_.configure_rung(name_, track_);
    }

    bool dead() const { return dead_; }
    Track const& track() const { return track_; }

  private:
    void forget() {
        untold_.reset();
        decoded_.clear();
        group_.clear();
        shown_.clear();
        queue_.clear();
        sent_of_run_ = 0;
        last_pts_ = INT64_MIN;
    }

    /// In the order in which they are shown.
    void show_next() {
        auto const sample = decoded_.begin()->second;
        decoded_.erase(decoded_.begin());
        auto const pts = sample.pts();
        if (pts <= last_pts_) return;
        last_pts_ = pts;
        auto const key = std::exchange(fresh_, false) || (sample.sync && keeps_key(pts));
        if (key) flush_group();
        shown_.push_back(pts);
        if (key) {
            emit(sample, true);
            return;
        }
        group_.push_back(sample);
        if (group_.size() > static_cast<std::size_t>(b_frames)) flush_group();
    }

    /// The last one of a group refers to what was before it, and the others to both.
    void flush_group() {
        if (group_.empty()) return;
        auto group = std::exchange(group_, {});
        emit(group.back(), false);
        group.pop_back();
        for (auto const& sample : group) emit(sample, false);
    }

    void emit(Sample const& sample, bool key) {
        constexpr std::int64_t kFrame = 3000;
        auto const earlier = std::max(delay, b_frames > 0 ? 1 : 0);
        auto const index = sent_of_run_++ - earlier;
        auto const first = shown_.front();
        auto const dts = index >= 0 ? shown_[static_cast<std::size_t>(index)]
                                    : first + static_cast<std::int64_t>(index) * kFrame;
        put(sample, dts, key);
    }

    void put(Sample const& sample, std::int64_t dts, bool key) {
        if (key) {
            // No key frame is decoded earlier before it is shown than the others.
            least_offset_ = std::min(least_offset_, sample.pts() - dts);
            dts = sample.pts() - least_offset_;
        } else if (dts <= last_dts_ && last_dts_ < sample.pts()) {
            dts = last_dts_ + 1;
        }
        if (dts <= last_dts_) return;
        last_dts_ = dts;
        Stamp stamp;
        std::memcpy(&stamp, sample.payload.data(), sizeof stamp);
        auto const pts = sample.pts();
        stamp.dts = stamp.pts - (pts - dts);
        stamp.serial = ++serial_;
        Sample made{.dts = dts,
                    .composition_offset = static_cast<std::int32_t>(pts - dts),
                    .duration = 0,
                    .sync = key,
                    .payload = stamped(stamp, key ? key_bytes : 300)};
        if (!tells_durations || track_.kind == MediaKind::audio) {
            queue_.emplace_back(now_ + latency, std::move(made));
            return;
        }
        if (untold_) {
            untold_->second.duration = static_cast<std::uint32_t>(dts - untold_->second.dts);
            queue_.push_back(std::move(*untold_));
        }
        untold_.emplace(now_ + latency, std::move(made));
    }

    std::string const name_;
    Packager& packager_;
    Track track_;
    WallTime now_;
    bool dead_ = false;
    bool decoding_ = false;
    bool fresh_ = false;
    std::map<std::int64_t, Sample> decoded_;
    std::vector<Sample> group_;
    /// Presentation times of the run, in order.
    std::vector<std::int64_t> shown_;
    int sent_of_run_ = 0;
    std::int64_t last_pts_ = INT64_MIN;
    std::int64_t last_dts_ = INT64_MIN;
    std::int64_t least_offset_ = INT64_MAX;
    std::uint32_t serial_ = 0;
    std::deque<std::pair<WallTime, Sample>> queue_;
    /// The newest picture; the next one tells how long it lasts.
    std::optional<std::pair<WallTime, Sample>> untold_;
};

/// All encoders of one publisher.
struct Encoders {
    std::vector<Encoder*> all;

    void attach(Publisher& publisher) {
        publisher.on_placed = [this](MediaKind kind, Sample const& sample) {
            for (auto* const encoder : all) encoder->take(kind, sample);
        };
        publisher.on_time = [this](WallTime now) {
            for (auto* const encoder : all) encoder->pump(now);
        };
    }
};

}  // namespace directfanz::packager::testing
