#include "media/packager/rendition_builder.hpp"

#include "media/container/mp4/segment.hpp"

#include <algorithm>

namespace directfanz::packager {

namespace {

/// EXTINF must not round to more than the target duration.
constexpr milliseconds kMostExcess{499};

/// The most that samples are decoded earlier than they say: what a player must buffer more.
constexpr microseconds kLongestDebt = seconds(1);

/// Missing pieces shorter than this are not worth a line; they vanish in tfdt; and
/// the first audio frame begins up to its own length behind its mark.
microseconds shortest_gap(Track const& track) {
    if (track.kind == MediaKind::video) return milliseconds(20);
    return to_microseconds(track.audio().samples_per_frame, track.timescale) + milliseconds(1);
}

/// Of a segment's parts, of which the next are beside them if it has more.
constexpr std::size_t kPagesBytes = std::size_t{4} << 20;

std::int64_t to_ticks(microseconds duration, std::uint32_t timescale) {
    return duration.count() * timescale / 1'000'000;
}

}  // namespace

RenditionBuilder::RenditionBuilder(std::string name, std::shared_ptr<Track const> track,
                                   Targets targets, Shelf::Limits limits, Timeline const& timeline)
    : track_(std::move(track)),
      timescale_(track_->timescale),
      targets_(targets),
      timeline_(timeline),
      shelf_(std::move(name), limits) {
    init_version_ = shelf_.configure(*track_, mp4::init_segment(*track_));
}

void RenditionBuilder::cut(Mark const& mark, std::shared_ptr<Track const> const& track) {
    auto const continues = segment_ && !mark.discontinuity;
    if (segment_) {
        close_part();
        // Numbers have no holes: a segment of which nothing came is listed as missing.
        skip_to_start();
        if (segment_->parts.empty())
            add_gap(std::clamp<microseconds>(mark.time - delay_ - position_, milliseconds(1),
                                             targets_.part_target));
        complete();
    }
    if (track && !(*track == *track_)) {
        track_ = track;
        timescale_ = track_->timescale;
        init_version_ = shelf_.configure(*track_, mp4::init_segment(*track_));
    }
    if (!continues) {
        position_ = std::max(position_, mark.from - delay_);
        debt_ = 0;
    }
    segment_start_ = continues ? position_ : std::max(position_, mark.time - delay_);
    frames_ = 0;
    date_correction_ = mark.date_correction;
    segment_ = Segment{.media_sequence = mark.media_sequence,
                       .program_date_time = date(mark.time),
                       .init_version = init_version_,
                       .discontinuity = mark.discontinuity,
                       .discontinuity_sequence = mark.discontinuity_sequence};
}

bool RenditionBuilder::add(Sample sample) {
    if (!segment_ || sample.duration == 0) return false;

    sample.dts -= debt_;
    auto const longest = std::max<std::int64_t>(to_ticks(targets_.part_target, timescale_), 1);
    auto const wanted = sample.duration + debt_;
    auto const duration = std::min(wanted, longest);
    auto const start = to_microseconds(sample.dts, timescale_);
    auto const end = to_microseconds(sample.dts + duration, timescale_);
    if (sample.dts < 0) return false;
    if (start < position_) return false;
    if (end - start > room()) return false;

    sample.composition_offset += static_cast<std::int32_t>(debt_);
    sample.duration = static_cast<std::uint32_t>(duration);
    debt_ = wanted - duration;

    // The samples of a part adjoin; what is missing before this one may be too little for a GAP.
    auto const adjoins = start == position_;
    if (!samples_.empty() && (!adjoins || end - part_start_ > targets_.part_target)) close_part();
    if (samples_.empty()) {
        if (segment_->parts.empty()) segment_->program_date_time = date(start + delay_);
        part_start_ = start;
    }
    sample_bytes_ += sample.payload.size();
    samples_.push_back(std::move(sample));
    position_ = end;
    ++frames_;
    if (is_full(part_start_, start, end) || sample_bytes_ >= kMostPartBytes) close_part();

    if (to_microseconds(debt_, timescale_) > kLongestDebt)
        fill_until(position_ + delay_ + to_microseconds(debt_, timescale_));
    return true;
}

void RenditionBuilder::fill_until(microseconds time) {
    skip_to_start();
    fill_whole_parts_until(time);
    auto const rest = time - delay_ - position_;
    if (segment_ && rest >= shortest_gap(*track_) && rest < targets_.part_target) {
        close_part();
        add_gap(rest);
    }
}

void RenditionBuilder::fill_whole_parts_until(microseconds time) {
    skip_to_start();
    if (!segment_ || time - delay_ - position_ < targets_.part_target) return;
    close_part();
    debt_ = 0;
    while (time - delay_ - position_ >= targets_.part_target) {
        auto const before = position_;
        add_gap(targets_.part_target);
        if (position_ == before) return;
    }
}

void RenditionBuilder::repeat_until(microseconds time, Sample const& sample) {
    skip_to_start();
    auto next = sample;
    for (;;) {
        // Rounded up, since times were rounded down to microseconds.
        next.dts = (position_.count() * timescale_ + 999'999) / 1'000'000 + debt_;
        if (to_microseconds(next.dts, timescale_) + delay_ >= time || !add(next)) return;
    }
}

/// What is missing before the segment's mark is nobody's.
void RenditionBuilder::skip_to_start() {
    if (segment_ && segment_empty()) position_ = std::max(position_, segment_start_);
}

void RenditionBuilder::close() {
    if (!segment_) return;
    close_part();
    skip_to_start();
    if (segment_->parts.empty()) add_gap(targets_.part_target);
    complete();
    position_ += to_microseconds(debt_, timescale_);
    debt_ = 0;
}

void RenditionBuilder::close_part() {
    if (samples_.empty()) return;
    Part part{.data = settle(mp4::chunk(*track_, sequence_number_++, samples_)),
              .duration = position_ - part_start_,
              .independent = track_->kind == MediaKind::audio || samples_.front().sync};
    // The payloads are the last thing in it.
    if (track_->kind == MediaKind::video && part.independent)
        part.key_bytes = part.data.size() - (sample_bytes_ - samples_.front().payload.size());
    samples_.clear();
    sample_bytes_ = 0;
    append(std::move(part));
}

/// A segment is kept for a minute, and its parts go together.
Blob RenditionBuilder::settle(Blob data) {
    if (data.size() > kPagesBytes) return data;
    if (pages_) {
        if (auto settled = pages_->append(data.view())) return *std::move(settled);
    }
    pages_.reset();
    auto next = BlobPages::create(kPagesBytes);
    if (!next) return data;
    return pages_.emplace(*std::move(next)).append(data.view()).value_or(data);
}

void RenditionBuilder::add_gap(microseconds duration) {
    duration = std::min(duration, room());
    if (duration <= microseconds(0)) return;
    debt_ = 0;
    if (segment_->parts.empty()) segment_->program_date_time = date(position_ + delay_);
    position_ += duration;
    append({.duration = duration, .gap = true});
}

void RenditionBuilder::append(Part part) {
    if (segment_->parts.empty()) {
        segment_->independent = part.independent;
        segment_->gap = part.gap;
    }
    segment_->gap = segment_->gap && part.gap;
    segment_->duration += part.duration;
    segment_->parts.push_back(std::move(part));
    shelf_.put(*segment_, frames_);
    changed_ = true;
}

void RenditionBuilder::complete() {
    segment_->complete = true;
    pages_.reset();
    shelf_.put(std::move(*segment_), frames_);
    segment_.reset();
    changed_ = true;
}

/// Do not wait for the next sample to tell what is as good as certain.
bool RenditionBuilder::is_full(microseconds part_start, microseconds start,
                               microseconds end) const {
    return end - part_start + (end - start) * 3 / 4 > targets_.part_target;
}

bool RenditionBuilder::fills_part(microseconds start, microseconds end) const {
    auto const joins = !samples_.empty() && end - part_start_ <= targets_.part_target;
    return is_full(joins ? part_start_ : start, start, end);
}

bool RenditionBuilder::fits(std::uint32_t duration) const {
    auto const written =
        std::min(to_microseconds(duration + debt_, timescale_), targets_.part_target);
    return segment_duration() + written <= longest_segment(targets_.target_duration);
}

/// Of a presentation time in the segment.
WallTime RenditionBuilder::date(microseconds time) const {
    return timeline_.wall(time) + date_correction_;
}

microseconds RenditionBuilder::segment_duration() const {
    if (!segment_) return {};
    auto const open = samples_.empty() ? microseconds(0) : position_ - part_start_;
    return segment_->duration + open;
}

microseconds RenditionBuilder::room() const {
    return targets_.target_duration + kMostExcess - segment_duration();
}

}  // namespace directfanz::packager
