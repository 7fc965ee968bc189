#include "media/packager/packager.hpp"

#include "media/packager/aligner.hpp"
#include "media/packager/rungs.hpp"
#include "media/packager/warm_up.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <vector>

namespace directfanz::packager {

class Packager::Impl {
  public:
    Impl(PackagerSettings settings, std::string session, FirstNumbers first, WallTime now,
         Listener& listener)
        : settings_(settings),
          session_(std::move(session)),
          first_(first),
          now_(now),
          listener_(listener),
          warm_up_(settings) {}

    void begin_input(WallTime now) {
        end_input();
        now_ = now;
        auto const correction = aligner_ ? aligner_->date_correction() : microseconds(0);
        auto const end = aligner_ ? std::max(aligner_->end(), rungs_.end()) : microseconds(0);
        timeline_.begin_input(now - correction, end);
        if (aligner_) aligner_->begin_input(now);
        input_ = true;
        sources_ = {};
        video_.reset();
        audio_.reset();
    }

    void configure_source(Track track) {
        auto& source = sources_[index(track.kind)];
        if (source.track && *source.track == track) return;
        source = {.track = std::move(track), .newest = std::nullopt};
    }

    std::optional<Sample> place(MediaKind kind, Sample sample) {
        auto& source = sources_[index(kind)];
        if (!input_ || !source.track) return std::nullopt;
        // Decoding order is the only order there is; one bad frame does not end a broadcast.
        if (source.newest && sample.dts <= *source.newest) return std::nullopt;
        auto const newest = sample.dts;
        sample.dts = timeline_.map(sample.dts, source.track->timescale);
        if (sample.dts < 0) return std::nullopt;
        source.newest = newest;
        return sample;
    }

    void postpone(microseconds by) { timeline_.postpone(by); }

    void request_break() {
        if (aligner_) aligner_->request_break();
    }

    void configure(Track track) {
        auto& current = track.kind == MediaKind::video ? video_ : audio_;
        if (current && *current == track) return;
        current = std::make_shared<Track const>(std::move(track));
    }

    void push(MediaKind kind, Sample sample) {
        auto const& track = kind == MediaKind::video ? video_ : audio_;
        if (!input_ || !track || sample.dts < 0) return;
        if (aligner_) {
            aligner_->push(track, std::move(sample), now_);
            publish();
        } else if (warm_up_.push(track, std::move(sample))) {
            start();
            publish();
        }
    }

    Rungs& rungs() { return rungs_; }

    void push_rung(std::string_view name, Sample sample) {
        if (!input_) return;
        rungs_.push(name, std::move(sample));
        if (aligner_) publish();
    }

    void advance(WallTime now) { now_ = std::max(now_, now); }

    void end_input() {
        if (!input_) return;
        input_ = false;
        if (!aligner_ && !warm_up_.empty()) start();
        if (!aligner_) return;
        aligner_->end_input();
        rungs_.end_input(*aligner_);
        publish();
    }

    void finish() {
        end_input();
        if (ended_) return;
        ended_ = true;
        if (published_) publish_now();
    }

  private:
    struct Source {
        std::optional<Track> track;
        /// Decode time of its newest sample, as it came.
        std::optional<std::int64_t> newest;
    };

    static std::size_t index(MediaKind kind) { return static_cast<std::size_t>(kind); }

    void start() {
        targets_ = warm_up_.targets();
        aligner_.emplace(targets_, settings_, first_, timeline_);
        aligner_->begin_input(now_);
        auto const held = warm_up_.take();
        for (auto const& [track, sample] : held) aligner_->declare(track);
        for (auto const& [track, sample] : held) aligner_->push(track, sample, now_);
        rungs_.start(*aligner_, timeline_, now_);
    }

    void publish() {
        rungs_.follow(*aligner_);
        auto changed = false;
        for (auto* const builder : {aligner_->video(), aligner_->audio()}) {
            if (!builder) continue;
            changed |= builder->take_changed();
            // A window begins with all renditions that it declares.
            if (!published_ && builder->shelf().empty() && input_) return;
        }
        if (!published_ && input_ && rungs_.awaited(*aligner_, now_)) return;
        for (auto* const rung : rungs_.builders()) changed |= rung->take_changed();
        if (changed) publish_now();
    }

    void publish_now() {
        auto window = std::make_shared<Window>();
        window->session = session_;
        window->target_duration = targets_.target_duration;
        window->part_target = targets_.part_target;
        window->ended = ended_;
        std::vector<RenditionBuilder*> builders{aligner_->video(), aligner_->audio()};
        std::ranges::copy(rungs_.builders(), std::back_inserter(builders));
        for (auto* const builder : builders) {
            if (builder && !builder->shelf().empty())
                window->renditions.push_back(builder->shelf().snapshot());
        }
        if (window->renditions.empty()) return;
        published_ = true;
        listener_.on_window(std::move(window));
    }

    PackagerSettings const settings_;
    std::string const session_;
    FirstNumbers const first_;
    WallTime now_;
    Listener& listener_;
    WarmUp warm_up_;
    Timeline timeline_;
    Targets targets_;
    std::optional<Aligner> aligner_;
    Rungs rungs_;
    /// By MediaKind.
    std::array<Source, 2> sources_;
    std::shared_ptr<Track const> video_;
    std::shared_ptr<Track const> audio_;
    bool input_ = false;
    bool published_ = false;
    bool ended_ = false;
};

Packager::Packager(PackagerSettings settings, std::string session, FirstNumbers first, WallTime now,
                   Listener& listener)
    : impl_(std::make_unique<Impl>(settings, std::move(session), first, now, listener)) {}

Packager::~Packager() = default;

void Packager::begin_input(WallTime now) {
    impl_->begin_input(now);
}
void Packager::configure_source(Track track) {
    impl_->configure_source(std::move(track));
}
std::optional<Sample> Packager::place(MediaKind kind, Sample sample) {
    return impl_->place(kind, std::move(sample));
}
void Packager::postpone(microseconds by) {
    impl_->postpone(by);
}
void Packager::request_break() {
    impl_->request_break();
}
void Packager::configure(Track track) {
    impl_->configure(std::move(track));
}
void Packager::push(MediaKind kind, Sample sample) {
    impl_->push(kind, std::move(sample));
}
void Packager::expect_rungs(std::vector<RungPlan> const& plans) {
    impl_->rungs().expect(plans);
}
void Packager::configure_rung(std::string_view name, Track track) {
    impl_->rungs().configure(name, std::move(track));
}
void Packager::push_rung(std::string_view name, Sample sample) {
    impl_->push_rung(name, std::move(sample));
}
void Packager::rung_lost(std::string_view name) {
    impl_->rungs().lost(name);
}
void Packager::advance(WallTime now) {
    impl_->advance(now);
}
void Packager::end_input() {
    impl_->end_input();
}
void Packager::finish() {
    impl_->finish();
}

}  // namespace directfanz::packager
