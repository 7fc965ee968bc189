#include "media/packager/shelf.hpp"

#include <algorithm>

namespace directfanz::packager {

namespace {

std::uint64_t bits_per_second(std::uint64_t bytes, microseconds duration) {
    if (duration <= microseconds(0)) return 0;
    return bytes * 8'000'000 / static_cast<std::uint64_t>(duration.count());
}

WallTime end_of(Segment const& segment) {
    return segment.program_date_time + segment.duration;
}

}  // namespace

Shelf::Shelf(std::string name, Limits limits) : name_(std::move(name)), limits_(limits) {}

unsigned Shelf::configure(Track track, Blob init_segment) {
    auto const version = init_segments_.empty() ? 0U : init_segments_.back().version + 1;
    init_segments_.push_back(
        {.version = version, .track = std::move(track), .data = std::move(init_segment)});
    snapshot_.reset();
    return version;
}

void Shelf::promise(std::uint64_t bandwidth) {
    promised_bandwidth_ = bandwidth;
    snapshot_.reset();
}

void Shelf::put(Segment segment, unsigned frames) {
    snapshot_.reset();
    Entry entry{.frames = frames};
    for (auto const& part : segment.parts) {
        entry.bytes += part.data.size();
        if (!part.gap) entry.media += part.duration;
    }
    entry.segment = std::make_shared<Segment const>(std::move(segment));
    auto const complete = entry.segment->complete;

    bytes_ += entry.bytes;
    if (!entries_.empty() && !entries_.back().segment->complete) {
        bytes_ -= entries_.back().bytes;
        entries_.back() = std::move(entry);
    } else {
        entries_.push_back(std::move(entry));
    }

    if (complete) slide();
    if (complete || peak_bandwidth_ == 0) measure();
}

void Shelf::slide() {
    auto const now = end_of(*entries_.back().segment);
    listed_ = {};
    for (auto i = expired_; i < entries_.size(); ++i) listed_ += entries_[i].segment->duration;
    longest_playlist_ = std::max(longest_playlist_, listed_);

    while (entries_.size() - expired_ > Limits::kFewestSegments &&
           listed_ - entries_[expired_].segment->duration >= limits_.window) {
        expire_oldest(now);
    }
    while (expired_ > 0 && entries_.front().keep_until <= now) forget_oldest();
    keep_limits(now);
    auto const oldest_version = entries_.front().segment->init_version;
    std::erase_if(init_segments_, [&](InitSegment const& init) {
        return init.version < oldest_version && init.version != init_segments_.back().version;
    });
}

void Shelf::expire_oldest(WallTime now) {
    auto& oldest = entries_[expired_];
    auto const duration = oldest.segment->duration;
    listed_ -= duration;
    // rfc8216bis 6.2.2: it stays for its duration and that of the longest playlist it was in.
    oldest.keep_until = now + duration + longest_playlist_;
    ++expired_;
}

void Shelf::forget_oldest() {
    bytes_ -= entries_.front().bytes;
    entries_.pop_front();
    --expired_;
}

void Shelf::keep_limits(WallTime now) {
    while (entries_.size() - expired_ > limits_.most_segments()) expire_oldest(now);
    while (expired_ > limits_.most_segments()) forget_oldest();
    while (bytes_ > limits_.most_bytes()) {
        if (expired_ == 0) {
            auto const rest = listed_ - entries_.front().segment->duration;
            if (entries_.size() <= Limits::kFewestSegments || rest < limits_.shortest_window) break;
            expire_oldest(now);
        }
        forget_oldest();
    }
}

/// The peak is that of runs of segments near the target duration (rfc8216bis 4.1): very short ones,
/// which are little more than a key frame, count with those behind them.
void Shelf::measure() {
    std::uint64_t bytes = 0;
    std::uint64_t frames = 0;
    std::size_t count = 0;
    microseconds duration{};
    for (auto i = expired_; i < entries_.size(); ++i) {
        auto const& entry = entries_[i];
        if (entry.segment->gap) continue;
        bytes += entry.bytes;
        frames += entry.frames;
        duration += entry.media;
        ++count;
    }
    if (count == 0 || duration <= microseconds(0)) return;
    average_bandwidth_ = bits_per_second(bytes, duration);
    if (init_segments_.back().track.kind == MediaKind::video)
        frame_rate_ = static_cast<double>(frames) * 1e6 / static_cast<double>(duration.count());

    auto const half = duration / static_cast<std::int64_t>(count) / 2;
    std::uint64_t peak = average_bandwidth_;
    std::uint64_t run_bytes = 0;
    microseconds run{};
    for (auto i = expired_; i < entries_.size(); ++i) {
        run_bytes += entries_[i].bytes;
        run += entries_[i].media;
        if (run < half) continue;
        peak = std::max(peak, bits_per_second(run_bytes, run));
        run_bytes = 0;
        run = {};
    }
    peak_bandwidth_ = peak;
}

std::shared_ptr<RenditionWindow const> Shelf::snapshot() {
    if (snapshot_) return snapshot_;
    auto window = std::make_shared<RenditionWindow>();
    window->name = name_;
    window->track = init_segments_.back().track;
    window->init_segments = init_segments_;
    window->segments.reserve(entries_.size());
    for (auto const& entry : entries_) window->segments.push_back(entry.segment);
    window->expired = expired_;
    window->peak_bandwidth = peak_bandwidth_;
    window->average_bandwidth = average_bandwidth_;
    window->promised_bandwidth = promised_bandwidth_;
    window->frame_rate = frame_rate_;
    snapshot_ = std::move(window);
    return snapshot_;
}

}  // namespace directfanz::packager
