#include "media/packager/rungs.hpp"

#include <algorithm>
#include <utility>

namespace directfanz::packager {

void Rungs::expect(std::vector<RungPlan> const& plans) {
    for (auto const& plan : plans)
        if (auto* const rung = add(plan.name)) rung->promise(plan.bit_rate);
}

void Rungs::configure(std::string_view name, Track track) {
    if (auto* const rung = add(name))
        rung->configure(std::make_shared<Track const>(std::move(track)));
}

void Rungs::push(std::string_view name, Sample sample) {
    if (auto* const rung = find(name)) rung->push(std::move(sample));
}

void Rungs::lost(std::string_view name) {
    if (auto* const rung = find(name)) rung->lost();
}

void Rungs::start(Aligner const& aligner, Timeline const& timeline, WallTime now) {
    promises_ =
        Promises{.targets = aligner.targets(), .limits = aligner.limits(), .timeline = &timeline};
    started_ = now;
    for (auto& rung : rungs_)
        rung->start(promises_->targets, promises_->limits, *promises_->timeline);
}

void Rungs::follow(Aligner& aligner) {
    for (auto const& mark : aligner.take_marks())
        for (auto& rung : rungs_) rung->mark(mark);
    auto const reached = aligner.reached();
    if (!reached) return;
    for (auto& rung : rungs_) {
        rung->advance(*reached, aligner.video_missing());
        if (rung->take_break()) aligner.request_break();
    }
}

void Rungs::end_input(Aligner& aligner) {
    for (auto const& mark : aligner.take_marks())
        for (auto& rung : rungs_) rung->mark(mark);
    for (auto& rung : rungs_) {
        rung->end_input(aligner.end());
        if (rung->take_break()) aligner.request_break();
    }
}

microseconds Rungs::end() const {
    microseconds latest{};
    for (auto const& rung : rungs_)
        if (rung->builder()) latest = std::max(latest, rung->builder()->end());
    return latest;
}

bool Rungs::awaited(Aligner& aligner, WallTime now) {
    if (settled_) return false;
    auto const missing = [](std::unique_ptr<Rung> const& rung) {
        return !rung->is_lost() && (!rung->builder() || rung->builder()->shelf().empty());
    };
    auto const late = now - started_ >= kPatience;
    if (!late && std::any_of(rungs_.begin(), rungs_.end(), missing)) return true;
    settled_ = true;
    for (auto& rung : rungs_) {
        if (missing(rung)) rung->lost();
        rung->join_later();
    }
    follow(aligner);
    return false;
}

std::vector<RenditionBuilder*> Rungs::builders() {
    std::vector<RenditionBuilder*> out;
    for (auto& rung : rungs_)
        if (rung->builder()) out.push_back(rung->builder());
    return out;
}

Rung* Rungs::find(std::string_view name) {
    auto const found = std::find_if(rungs_.begin(), rungs_.end(),
                                    [&](auto const& rung) { return rung->name() == name; });
    return found == rungs_.end() ? nullptr : found->get();
}

/// Null if there are too many.
Rung* Rungs::add(std::string_view name) {
    if (auto* const known = find(name)) return known;
    if (rungs_.size() >= kMost) return nullptr;
    auto& rung = rungs_.emplace_back(std::make_unique<Rung>(std::string(name)));
    if (promises_) rung->start(promises_->targets, promises_->limits, *promises_->timeline);
    if (settled_) rung->join_later();
    return rung.get();
}

}  // namespace directfanz::packager
