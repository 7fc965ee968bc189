#pragma once

#include "media/codec/silent_aac.hpp"
#include "media/container/mp4/segment_reader.hpp"
#include "media/packager/date_correction.hpp"
#include "media/packager/packager.hpp"
#include "media/packager/playlist.hpp"
#include "media/packager/playlist_reader_fixture.hpp"
#include "media/packager/timeline.hpp"

#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

/// All that must hold for every window and for the playlists rendered from it, whatever the
/// publisher does. The numbers R… are those of the requirements in the tests of the same names.
namespace directfanz::packager::testing {

/// Samples of these tests carry in their payload what they were, so that it can be compared with
/// what a player would read.
struct Stamp {
    std::int64_t pts = 0;
    std::int64_t dts = 0;
    std::uint32_t input = 0;
    std::uint32_t serial = 0;
    /// The publisher's composition time is wrong: when it is shown proves nothing.
    bool askew = false;
};

inline Blob stamped(Stamp stamp, std::size_t bytes) {
    Bytes out(std::max(bytes, sizeof stamp));
    std::memcpy(out.data(), &stamp, sizeof stamp);
    return Blob(std::move(out));
}

struct CheckOptions {
    /// Parts reach 85 % of PART-TARGET: only encoders with even frames can do that.
    bool full_parts = true;
    /// Nothing is missing, nothing jumps: no GAP at all.
    bool no_gaps = true;
    /// How far apart the same segment may begin in two renditions, other than at discontinuities.
    microseconds skew = milliseconds(150);
    /// The publisher's clock is not the server's.
    bool drift = false;
};

class WindowChecker : public Packager::Listener {
  public:
    explicit WindowChecker(CheckOptions options = {}) : options_(options) {}

    void on_window(std::shared_ptr<Window const> window) override {
        ++count;
        // One fault is enough to read.
        if (!::testing::Test::HasFailure()) {
            check(*window);
            if (::testing::Test::HasFailure()) show(*window);
        }
        previous_ = std::move(window);
    }

    std::shared_ptr<Window const> const& last() const { return previous_; }

    std::size_t count = 0;
    /// Presentation time less that of the publisher, in microseconds, by input.
    std::map<std::uint32_t, std::int64_t> offsets;
    /// Samples that came out, by rendition.
    std::map<std::string, std::uint64_t> samples;
    /// Of sound, put in where it had stopped.
    std::uint64_t silences = 0;
    /// Segments of rungs that were held against those of another rendition.
    std::uint64_t shared_beginnings = 0;

  private:
    struct Track {
        std::uint64_t next_msn = 0;
        std::size_t next_part = 0;
        /// End of the decode timeline so far, in ticks; and in which scale.
        std::int64_t end = 0;
        std::uint32_t timescale = 0;
        bool gap_before = true;
        /// The last sample was silence that nobody has sent.
        bool silent = false;
        unsigned init_version = 0;
        std::uint32_t serial = 0;
        microseconds longest_playlist{};
        /// By sequence number.
        std::map<std::uint64_t, std::shared_ptr<Segment const>> seen;
        std::vector<ReadSegment> client;
        std::string hint;
        std::map<std::string, ReadPart> parts;
    };

    static void show(Window const& window) {
        for (auto const& rendition : window.renditions) {
            fmt::print("{}\n", rendition->name);
            for (auto const& segment : rendition->segments) {
                fmt::print(
                    "  {} at {} for {} ms{}{}{} (", segment->media_sequence,
                    to_iso8601(segment->program_date_time), segment->duration / milliseconds(1),
                    segment->discontinuity ? ", discontinuity" : "",
                    segment->independent ? ", independent" : "", segment->complete ? "" : ", open");
                for (auto const& part : segment->parts)
                    fmt::print(" {}{}", part.gap ? "-" : "", part.duration / milliseconds(1));
                fmt::print(" )\n");
            }
        }
    }

    void check(Window const& window) {
        SCOPED_TRACE(fmt::format("window {}", count));
        if (previous_) {
            EXPECT_FALSE(previous_->ended) << "nothing follows the end";
            EXPECT_EQ(window.session, previous_->session);
            EXPECT_EQ(window.target_duration, previous_->target_duration) << "R11";
            EXPECT_EQ(window.part_target, previous_->part_target) << "R27";
            EXPECT_GE(window.renditions.size(), previous_->renditions.size());
        }
        for (auto const& rendition : window.renditions) {
            SCOPED_TRACE(rendition->name);
            ASSERT_FALSE(rendition->segments.empty());
            check_rendition(window, *rendition, tracks_[rendition->name]);
        }
        check_alignment(window);
        for (std::size_t i = 0; i < window.renditions.size(); ++i) {
            SCOPED_TRACE(window.renditions[i]->name);
            check_playlists(window, i, tracks_[window.renditions[i]->name]);
        }
    }

    void check_rendition(Window const& window, RenditionWindow const& rendition, Track& track) {
        auto const& segments = rendition.segments;
        ASSERT_LT(rendition.expired, segments.size());
        for (std::size_t i = 0; i < segments.size(); ++i) {
            auto const& segment = *segments[i];
            ASSERT_EQ(segment.media_sequence, segments[0]->media_sequence + i);
            EXPECT_EQ(segment.complete || i + 1 == segments.size(), true);
            EXPECT_FALSE(segment.parts.empty());
            if (i > 0) {
                EXPECT_EQ(segment.discontinuity_sequence, segments[i - 1]->discontinuity_sequence +
                                                              (segment.discontinuity ? 1 : 0));
                if (!segment.discontinuity)
                    EXPECT_EQ(segment.init_version, segments[i - 1]->init_version) << "R20";
                EXPECT_GE(segment.program_date_time, segments[i - 1]->program_date_time +
                                                         segments[i - 1]->duration -
                                                         milliseconds(100))
                    << "R18: time goes back";
            }
            EXPECT_TRUE(std::any_of(
                rendition.init_segments.begin(), rendition.init_segments.end(),
                [&](InitSegment const& init) { return init.version == segment.init_version; }));
            auto& seen = track.seen[segment.media_sequence];
            if (seen && seen->complete) {
                EXPECT_EQ(seen, segments[i]) << "a whole segment is never touched again";
            } else {
                check_segment(window, rendition, segment, seen.get(), track);
                seen = segments[i];
            }
        }
        // R14, R27: numbers go on, none is left out.
        if (track.next_msn > 0) EXPECT_GE(segments.back()->media_sequence + 1, track.next_msn);
        track.next_msn = segments.back()->media_sequence + 1;

        // R16, R51.
        microseconds listed{};
        for (auto i = rendition.expired; i < segments.size(); ++i) listed += segments[i]->duration;
        track.longest_playlist = std::max(track.longest_playlist, listed);
        auto const first_ever = track.seen.begin()->first;
        if (segments[rendition.expired]->media_sequence > first_ever) {
            EXPECT_GE(segments.size() - rendition.expired, 6U);
            EXPECT_GE(listed, 3 * window.target_duration);
            EXPECT_GE(listed, seconds(24));
        }
        auto const now = segments.back()->program_date_time + segments.back()->duration;
        if (auto const gone = track.seen.find(segments[0]->media_sequence - 1);
            gone != track.seen.end())
            EXPECT_LE(gone->second->program_date_time + gone->second->duration, now - listed)
                << "R51";
        // The test's own memory.
        while (track.seen.size() > 1 &&
               std::next(track.seen.begin())->first + 100 < segments[0]->media_sequence)
            track.seen.erase(std::next(track.seen.begin()));
    }

    void check_segment(Window const& window, RenditionWindow const& rendition,
                       Segment const& segment, Segment const* before, Track& track) {
        SCOPED_TRACE(segment.media_sequence);
        auto const old_parts = before ? before->parts.size() : 0;
        ASSERT_GE(segment.parts.size(), old_parts);
        if (before) {
            EXPECT_EQ(segment.program_date_time, before->program_date_time);
            EXPECT_EQ(segment.discontinuity, before->discontinuity);
            EXPECT_EQ(segment.independent, before->independent);
        }
        microseconds sum{};
        auto all_gap = true;
        for (std::size_t i = 0; i < segment.parts.size(); ++i) {
            SCOPED_TRACE(fmt::format("part {}", i));
            auto const& part = segment.parts[i];
            sum += part.duration;
            all_gap &= part.gap;
            EXPECT_GT(part.duration, microseconds(0));
            EXPECT_LE(part.duration, window.part_target) << "R26";
            EXPECT_EQ(part.gap, part.data.empty());
            if (options_.no_gaps) EXPECT_FALSE(part.gap);
            auto const last = i + 1 == segment.parts.size();
            auto const before_gap = !last && segment.parts[i + 1].gap;
            auto const exempt = part.gap || before_gap || last ||
                                (rendition.track.kind == MediaKind::video && part.independent);
            if (options_.full_parts && !exempt)
                EXPECT_GE(part.duration.count() * 100, window.part_target.count() * 85) << "R26";
            if (i < old_parts) {
                EXPECT_EQ(part.data.data(), before->parts[i].data.data()) << "rewritten";
                EXPECT_EQ(part.duration, before->parts[i].duration) << "rewritten";
                EXPECT_EQ(part.independent, before->parts[i].independent) << "rewritten";
            } else {
                check_media(rendition, segment, part, i, track);
            }
        }
        EXPECT_EQ(sum, segment.duration) << "R24";
        EXPECT_EQ(segment.gap, all_gap);
        EXPECT_EQ(segment.independent, segment.parts[0].independent) << "R28";
        EXPECT_LT(segment.duration, window.target_duration + milliseconds(500)) << "R13";
    }

    void check_media(RenditionWindow const& rendition, Segment const& segment, Part const& part,
                     std::size_t index, Track& track) {
        if (part.gap) {
            track.gap_before = true;
            return;
        }
        auto const init = std::find_if(
            rendition.init_segments.begin(), rendition.init_segments.end(),
            [&](InitSegment const& each) { return each.version == segment.init_version; });
        ASSERT_NE(init, rendition.init_segments.end());
        auto const scale = init->track.timescale;
        auto const chunks = mp4::read_chunks(
            part.data, mp4::Init{.track = init->track, .defaults = {.track_id = 1}});
        ASSERT_TRUE(chunks.has_value()) << describe(chunks.error());
        ASSERT_EQ(chunks->size(), 1U) << "one CMAF chunk a part";
        auto const& media = chunks->front().samples;
        ASSERT_FALSE(media.empty());

        // R47: decode times adjoin, except where something is missing.
        auto const start = media.front().dts;
        if (track.timescale == scale) {
            auto const jump = to_microseconds(start - track.end, scale);
            EXPECT_GE(start, track.end) << "tfdt goes back";
            auto const may_jump = track.gap_before || (index == 0 && segment.discontinuity);
            // Sound that comes back begins when it begins.
            auto const most = track.silent ? to_microseconds(1024, scale) : microseconds(0);
            if (!may_jump) EXPECT_LE(jump, most) << "tfdt jumps";
        }
        auto end = start;
        for (auto const& sample : media) {
            EXPECT_EQ(sample.dts, end);
            EXPECT_GT(sample.duration, 0U);
            end += sample.duration;
            track.silent = is_silence(sample, init->track);
            if (track.silent) {
                ++silences;
                continue;
            }
            ++samples[rendition.name];
            check_sync(sample, scale, track);
        }
        EXPECT_NEAR(static_cast<double>(to_microseconds(end - start, scale).count()),
                    static_cast<double>(part.duration.count()), 1.0)
            << "R24";
        track.end = end;
        track.timescale = scale;
        track.gap_before = false;
        EXPECT_EQ(part.independent, media.front().sync) << "R28";
        if (is_silence(media.front(), init->track)) return;
        Stamp stamp;
        std::memcpy(&stamp, media.front().payload.data(), sizeof stamp);
        auto const punctual =
            !stamp.askew && media.front().composition_offset == stamp.pts - stamp.dts;
        if (index == 0 && rendition.track.kind == MediaKind::video)
            check_beginning(segment.media_sequence, media.front(), stamp);
        if (index == 0 && media.front().sync && punctual) {
            // R18: one mapping of presentation times to dates for all. It moves between segments
            // only, and only where the publisher's clock drifts.
            auto const origin = segment.program_date_time.time_since_epoch() -
                                to_microseconds(media.front().pts(), scale);
            auto const other = origins_.try_emplace(segment.media_sequence, origin).first;
            EXPECT_LE(std::chrono::abs(origin - other->second), microseconds(2)) << "R18";
            if (other != origins_.begin()) {
                auto const before = std::prev(other);
                auto const segments = static_cast<std::int64_t>(other->first - before->first);
                auto const most =
                    options_.drift ? segments * DateCorrection::kStep : microseconds(0);
                EXPECT_LE(std::chrono::abs(origin - before->second), most + microseconds(2))
                    << "R18";
            }
        }
    }

    /// R48: a segment begins with the same picture in every rendition, a key frame in all or none.
    void check_beginning(std::uint64_t media_sequence, Sample const& first, Stamp const& stamp) {
        if (stamp.askew) return;
        auto const [other, fresh] =
            beginnings_.try_emplace(media_sequence, std::pair(first.pts(), first.sync));
        if (fresh) return;
        ++shared_beginnings;
        EXPECT_EQ(first.pts(), other->second.first) << "R48";
        if (other->second.second) EXPECT_TRUE(first.sync) << "R23";
    }

    /// What is put in the place of sound that has stopped.
    static bool is_silence(Sample const& sample, directfanz::Track const& track) {
        auto const silence = aac::silent_frame(track);
        return silence && sample.payload == *silence;
    }

    /// Every sample is shown when the publisher said, exactly, video against audio too.
    void check_sync(Sample const& sample, std::uint32_t scale, Track& track) {
        Stamp stamp;
        ASSERT_GE(sample.payload.size(), sizeof stamp);
        std::memcpy(&stamp, sample.payload.data(), sizeof stamp);
        EXPECT_GT(stamp.serial, track.serial) << "samples out of order";
        track.serial = stamp.serial;
        auto const ticks = sample.pts() - stamp.pts;
        auto const offset = to_microseconds(ticks, scale).count();
        auto const known = offsets.emplace(stamp.input, offset).first->second;
        EXPECT_EQ(known, offset) << "audio and video moved against each other";
    }

    void check_alignment(Window const& window) {
        if (window.renditions.size() < 2) return;
        auto const& a = *window.renditions[0];
        for (std::size_t r = 1; r < window.renditions.size(); ++r) {
            auto const& b = *window.renditions[r];
            for (auto const& segment : b.segments) {
                auto const first = a.segments.front()->media_sequence;
                if (segment->media_sequence < first) continue;
                auto const index = segment->media_sequence - first;
                if (index >= a.segments.size()) continue;
                auto const& other = *a.segments[index];
                SCOPED_TRACE(segment->media_sequence);
                EXPECT_EQ(segment->discontinuity, other.discontinuity) << "R20";
                EXPECT_EQ(segment->discontinuity_sequence, other.discontinuity_sequence) << "R20";
                if (!segment->discontinuity)
                    EXPECT_LE(
                        std::chrono::abs(segment->program_date_time - other.program_date_time),
                        options_.skew)
                        << "R48";
            }
        }
    }

    void check_playlists(Window const& window, std::size_t index, Track& track) {
        auto const& rendition = *window.renditions[index];
        auto const full = read_playlist(render_media_playlist(window, index, Skip::none));
        auto const delta = read_playlist(render_media_playlist(window, index, Skip::segments));
        for (auto const* const playlist : {&full, &delta}) {
            for (auto const& error : playlist->errors) ADD_FAILURE() << error;
            EXPECT_EQ(playlist->target_duration, window.target_duration.count());
            EXPECT_EQ(playlist->version, playlist->skipped > 0 ? 9 : 6) << "R19";
            EXPECT_EQ(playlist->control, full.control) << "R12";
            EXPECT_EQ(playlist->media_sequence, full.media_sequence) << "R41";
            EXPECT_EQ(playlist->discontinuity_sequence, full.discontinuity_sequence) << "R41";
            EXPECT_EQ(playlist->ended, window.ended) << "R15";
        }
        auto control = full.control;
        EXPECT_EQ(control["CAN-BLOCK-RELOAD"], "YES");
        EXPECT_GE(read_seconds(control["PART-HOLD-BACK"]), 3 * full.part_target) << "R29";
        EXPECT_GE(read_seconds(control["HOLD-BACK"]), 3 * window.target_duration) << "R29";
        EXPECT_GE(read_seconds(control["CAN-SKIP-UNTIL"]), 6 * window.target_duration) << "R29";
        EXPECT_EQ(full.skipped, 0U);
        ASSERT_TRUE(full.discontinuity_sequence.has_value());
        ASSERT_FALSE(full.segments.empty());

        // R41: what a client makes of the delta update is the full playlist, and nothing was
        // skipped that lies within the boundary.
        if (!track.client.empty()) {
            auto merged = apply_delta(track.client, delta);
            for (auto& segment : merged) segment.parts.clear();
            auto expected = full.segments;
            for (auto& segment : expected) segment.parts.clear();
            EXPECT_EQ(merged, expected) << "R41";
        }
        if (delta.skipped > 0) {
            microseconds kept{};
            for (std::size_t i = 0; i < delta.segments.size(); ++i) {
                kept += delta.segments[i].duration;
                if (delta.segments[i].uri.empty())
                    for (auto const& part : delta.segments[i].parts) kept += part.duration;
            }
            EXPECT_GE(kept, 6 * window.target_duration) << "R41";
        }
        track.client = full.segments;

        microseconds from_end{};
        for (auto i = full.segments.size(); i-- > 0;) {
            auto const& segment = full.segments[i];
            SCOPED_TRACE(segment.msn);
            EXPECT_TRUE(segment.date.has_value()) << "R18";
            EXPECT_FALSE(segment.map.empty()) << "R17";
            microseconds sum{};
            for (auto const& part : segment.parts) {
                sum += part.duration;
                EXPECT_LE(part.duration, full.part_target) << "R26";
                EXPECT_EQ(track.parts.emplace(part.uri, part).first->second, part) << "rewritten";
            }
            if (!segment.uri.empty()) {
                EXPECT_LE((segment.duration + milliseconds(500)) / seconds(1), full.target_duration)
                    << "R13";
                if (!segment.parts.empty()) EXPECT_EQ(sum, segment.duration) << "R24";
            } else {
                EXPECT_EQ(i + 1, full.segments.size()) << "only the last grows";
                EXPECT_FALSE(window.ended);
            }
            // R39: from_end is where this segment ends.
            EXPECT_EQ(segment.parts.empty(), from_end > 3 * window.target_duration) << "R39";
            from_end += segment.uri.empty() ? sum : segment.duration;
        }
        if (full.independent_segments)
            for (auto i = rendition.expired; i < rendition.segments.size(); ++i)
                EXPECT_TRUE(rendition.segments[i]->independent || rendition.segments[i]->gap)
                    << "R10";
        if (rendition.segments.back()->complete && rendition.track.kind == MediaKind::video)
            check_i_frames(window, index, full);
        check_hint(window, full, track);
        check_reports(window, rendition, full);
        while (track.parts.size() > 2000) track.parts.erase(track.parts.begin());
    }

    /// R8, R9: the key frame of each whole segment, and no byte beyond it.
    static void check_i_frames(Window const& window, std::size_t index, ReadPlaylist const& full) {
        auto const& rendition = *window.renditions[index];
        auto const read = read_playlist(render_i_frame_playlist(window, index));
        for (auto const& error : read.errors) ADD_FAILURE() << error;
        EXPECT_TRUE(read.i_frames_only);
        EXPECT_EQ(read.version, 5) << "R19";
        EXPECT_EQ(read.target_duration, full.target_duration);
        EXPECT_EQ(read.control, full.control) << "R12";
        EXPECT_EQ(read.media_sequence, full.media_sequence);
        EXPECT_EQ(read.discontinuity_sequence, full.discontinuity_sequence);
        EXPECT_EQ(read.ended, window.ended);
        EXPECT_TRUE(read.hints.empty());
        ASSERT_EQ(read.segments.size(), full.segments.size());
        for (std::size_t i = 0; i < read.segments.size(); ++i) {
            auto expected = full.segments[i];
            auto shown = read.segments[i];
            SCOPED_TRACE(expected.msn);
            auto const& segment = *rendition.segments[rendition.expired + i];
            EXPECT_EQ(shown.gap, shown.range.empty());
            if (segment.independent) EXPECT_FALSE(shown.gap);
            EXPECT_TRUE(shown.parts.empty()) << "4.4.4.9";
            expected.parts.clear();
            shown.range.clear();
            expected.gap = shown.gap;
            EXPECT_EQ(shown, expected);
        }
        auto const& range = read.segments.back().range;
        if (!range.empty()) check_range(rendition, *rendition.segments.back(), range);
    }

    static void check_range(RenditionWindow const& rendition, Segment const& segment,
                            std::string const& range) {
        Bytes file;
        for (auto const& part : segment.parts)
            file.insert(file.end(), part.data.view().begin(), part.data.view().end());
        std::size_t count = 0;
        std::size_t offset = 0;
        ASSERT_EQ(std::sscanf(range.c_str(), "%zu@%zu", &count, &offset), 2) << range;
        ASSERT_LE(offset + count, file.size());
        Blob const whole(Bytes(file.begin() + static_cast<std::ptrdiff_t>(offset), file.end()));
        EXPECT_EQ(whole.text().substr(4, 4), "moof");
        auto const chunks = mp4::read_chunks(
            whole, mp4::Init{.track = rendition.track, .defaults = {.track_id = 1}});
        ASSERT_TRUE(chunks.has_value());
        auto const& first = chunks->front().samples.front();
        EXPECT_TRUE(first.sync);
        EXPECT_EQ(first.payload.data() + first.payload.size(), whole.data() + count);
    }

    void check_hint(Window const& window, ReadPlaylist const& full, Track& track) {
        auto const& last = full.segments.back();
        // What was hinted is what came, or its segment ended there (R35).
        if (!track.hint.empty() && !track.parts.contains(track.hint)) {
            auto const whole = std::any_of(
                full.segments.begin(), full.segments.end(), [&](ReadSegment const& segment) {
                    return !segment.uri.empty() &&
                           track.hint.starts_with(segment.uri.substr(0, segment.uri.size() - 3));
                });
            auto const unchanged = !full.hints.empty() && full.hints[0].at("URI") == track.hint;
            EXPECT_TRUE(whole || unchanged || window.ended) << "R31: " << track.hint;
        }
        EXPECT_EQ(full.hints.size(), window.ended ? 0U : 1U) << "R31";
        if (window.ended) return;
        auto hint = full.hints[0];
        EXPECT_EQ(hint["TYPE"], "PART");
        auto const msn = last.uri.empty() ? last.msn : last.msn + 1;
        auto const part = last.uri.empty() ? last.parts.size() : 0;
        EXPECT_TRUE(hint["URI"].ends_with(fmt::format("/{}.{}.m4s", msn, part))) << "R31";
        track.hint = hint["URI"];
    }

    void check_reports(Window const& window, RenditionWindow const& rendition,
                       ReadPlaylist const& full) {
        if (window.ended) return;
        EXPECT_EQ(full.reports.size(), window.renditions.size() - 1) << "R40";
        for (auto report : full.reports) {
            auto const other = std::find_if(
                window.renditions.begin(), window.renditions.end(),
                [&](auto const& each) { return each->name + ".m3u8" == report["URI"]; });
            ASSERT_NE(other, window.renditions.end()) << "R40";
            EXPECT_NE((*other)->name, rendition.name) << "R40";
            auto const& end = *(*other)->segments.back();
            EXPECT_EQ(report["LAST-MSN"], fmt::format("{}", end.media_sequence)) << "R40";
            EXPECT_EQ(report["LAST-PART"], fmt::format("{}", end.parts.size() - 1)) << "R40";
        }
    }

    CheckOptions options_;
    std::shared_ptr<Window const> previous_;
    std::map<std::string, Track> tracks_;
    /// What each segment of video begins with: presentation time in ticks, and whether that is a
    /// key frame.
    std::map<std::uint64_t, std::pair<std::int64_t, bool>> beginnings_;
    /// What date a presentation time of zero would have, by media sequence number.
    std::map<std::uint64_t, std::chrono::system_clock::duration> origins_;
};

}  // namespace directfanz::packager::testing
