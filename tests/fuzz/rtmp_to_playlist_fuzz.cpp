#include "media/ingest/publication.hpp"
#include "media/ingest/rtmp/media_input.hpp"
#include "media/ingest/rtmp/server_session.hpp"
#include "media/packager/packager.hpp"
#include "media/packager/playlist.hpp"
#include "media/packager/playlist_reader_fixture.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string>

using namespace directfanz;

namespace {

void require(bool holds, char const* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

/// All that must hold for every window, whatever a publisher sends.
class Checker final : public packager::Packager::Listener {
  public:
    void on_window(std::shared_ptr<packager::Window const> window) override {
        if (last_) {
            require(!last_->ended, "nothing follows the end");
            require(window->target_duration == last_->target_duration, "one target duration");
            require(window->part_target == last_->part_target, "one part target");
            require(window->renditions.size() >= last_->renditions.size(), "no rendition goes");
        }
        auto const multivariant = render_multivariant_playlist(*window);
        require(multivariant.starts_with("#EXTM3U\n"), "a multivariant playlist");
        for (std::size_t i = 0; i < window->renditions.size(); ++i) check(*window, i);
        last_ = std::move(window);
    }

  private:
    struct Seen {
        std::uint64_t media_sequence = 0;
        std::uint64_t discontinuity_sequence = 0;
        std::uint64_t edge = 0;
    };

    void check(packager::Window const& window, std::size_t index) {
        using namespace packager::testing;
        auto const& rendition = *window.renditions[index];
        auto const text = render_media_playlist(window, index, packager::Skip::none);
        auto const full = read_playlist(text);
        auto const delta =
            read_playlist(render_media_playlist(window, index, packager::Skip::segments));
        for (auto const* const playlist : {&full, &delta}) {
            for (auto const& error : playlist->errors) require(false, error.c_str());
            require(playlist->media_sequence == full.media_sequence, "deltas of one playlist");
            require(playlist->ended == window.ended, "the end is told");
        }
        require(!full.segments.empty(), "something is listed");
        auto& seen = seen_[rendition.name];
        auto const edge = full.segments.back().msn;
        require(full.media_sequence >= seen.media_sequence, "media sequence never goes back");
        require(full.discontinuity_sequence.value_or(0) >= seen.discontinuity_sequence,
                "discontinuity sequence never goes back");
        require(edge >= seen.edge, "the edge never goes back");
        seen = {.media_sequence = full.media_sequence,
                .discontinuity_sequence = full.discontinuity_sequence.value_or(0),
                .edge = edge};
        for (auto const& segment : full.segments) check(window, full, segment);
        require(rendition.init_segments.size() <= rendition.segments.size() + 1,
                "headers go with their segments");
        for (auto const& segment : rendition.segments) {
            auto const known = std::ranges::any_of(rendition.init_segments, [&](auto const& init) {
                return init.version == segment->init_version;
            });
            require(known, "every segment has its header");
        }
    }

    static void check(packager::Window const& window, packager::testing::ReadPlaylist const& full,
                      packager::testing::ReadSegment const& segment) {
        require(segment.date.has_value() && !segment.map.empty(), "every segment has a date");
        microseconds sum{};
        for (auto const& part : segment.parts) {
            require(part.duration > microseconds(0), "parts take time");
            require(part.duration <= window.part_target, "parts keep their target");
            sum += part.duration;
        }
        if (segment.uri.empty()) return;
        require(segment.duration > microseconds(0), "segments take time");
        require((segment.duration + milliseconds(500)) / seconds(1) <= full.target_duration,
                "segments keep their target");
        require(segment.parts.empty() || sum == segment.duration, "a segment is its parts");
    }

    std::shared_ptr<packager::Window const> last_;
    std::map<std::string, Seen> seen_;
};

/// What the program is between a publisher's socket and the players, on a clock of its own.
class Program final : public rtmp::ServerSession::Handler, public ingest::Publication {
  public:
    Program(bool accepts, milliseconds step) : accepts_(accepts), step_(step) {}

    void run(ByteView bytes, std::size_t piece) {
        while (!bytes.empty() && !session_.closing()) {
            auto const count = std::min(piece, bytes.size());
            if (!session_.feed(bytes.first(count))) break;
            bytes = bytes.subspan(count);
            if (session_.waiting()) decide();
            session_.take_output();
        }
        on_unpublish();
        packager_.finish();
    }

  private:
    void decide() {
        if (!accepts_) {
            session_.reject_publish({ErrorKind::denied, "fuzz", "No."});
            return;
        }
        packager_.begin_input(wall());
        input_.emplace(*this, log::Context{});
        session_.accept_publish();
        // What came while it waited.
        if (!session_.feed({})) session_.stop({ErrorKind::invalid, "fuzz", "Not RTMP."});
    }

    void on_publish(rtmp::PublishCommand) override {}
    void on_metadata(amf0::Value const&) override {}
    void on_media(MediaKind kind, std::uint32_t timestamp, Blob body) override {
        if (!input_) return;
        passed_ += step_;
        packager_.advance(wall());
        auto const taken = input_->take(kind, timestamp, body, SteadyTime(seconds(1000) + passed_));
        if (!taken) session_.stop(taken.error());
    }
    void on_unpublish() override {
        if (input_) packager_.end_input();
        input_.reset();
    }

    io::EventLoop& loop() override { std::abort(); }
    std::string_view stream() const override { return "fuzz"; }
    void configure(Track track) override {
        packager_.configure_source(track);
        packager_.configure(std::move(track));
    }
    void push(MediaKind kind, Sample sample) override {
        auto placed = packager_.place(kind, std::move(sample));
        if (placed) packager_.push(kind, std::move(*placed));
    }
    void on_stop(std::function<void(Error const&)>) override {}
    void finish(ingest::EndReason) override {}

    WallTime wall() const { return WallTime(seconds(1'800'000'000) + passed_); }

    bool const accepts_;
    milliseconds const step_;
    milliseconds passed_{0};
    Checker checker_;
    packager::Packager packager_{
        {}, "fuzz", {1'000, 3}, WallTime(seconds(1'800'000'000)), checker_};
    rtmp::ServerSession session_{*this};
    std::optional<rtmp::MediaInput> input_;
};

}  // namespace

/// A whole connection of a publisher, from its first byte to the playlists. The last byte says in
/// what pieces it arrives, how fast the clock goes from message to message, and whether publishes
/// are accepted; so a captured stream is a seed as it is.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static auto const quiet = [] {
        log::configure(log::Level::error, log::Format::text);
        return true;
    }();
    if (size == 0 || !quiet) return 0;
    constexpr std::array steps{milliseconds(20), milliseconds(0), milliseconds(250),
                               milliseconds(3'000)};
    auto const options = data[size - 1];
    auto const piece = (options & 0x1FU) * 64U + 1U;
    Program program((options & 0x80U) == 0, steps[options >> 5U & 3U]);
    program.run(ByteView(data, size - 1), piece);
    return 0;
}
