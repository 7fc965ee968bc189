#include "media/transcode/glimpses.hpp"

#include <utility>

namespace directfanz::transcode {

std::unique_ptr<Glimpses> Glimpses::begin(WorkerPool& pool, TranscodeSettings const& settings,
                                          Track const& track, OnThumbnail on_thumbnail,
                                          log::Context const& context) {
    if (settings.thumbnail_interval <= milliseconds(0)) return nullptr;
    auto slot = pool.reserve_glimpses();
    if (!slot) return nullptr;
    WorkerSession::Order order{.setup = to_setup({}, settings, pool.encoder(), {}),
                               .memory_limit = settings.memory_limit};
    std::unique_ptr<Glimpses> glimpses(
        new Glimpses(pool, std::move(slot), std::move(order), std::move(on_thumbnail), context));
    glimpses->configure(track);
    if (!glimpses->session_.start()) return nullptr;
    return glimpses;
}

Glimpses::Glimpses(WorkerPool& pool, std::unique_ptr<WorkerPool::Slot> slot,
                   WorkerSession::Order order, OnThumbnail on_thumbnail,
                   log::Context const& context)
    : slot_(std::move(slot)),
      tell_(std::move(on_thumbnail)),
      session_(pool, std::move(order), *this, context) {}

void Glimpses::configure(Track const& track) {
    session_.configure(track);
}

void Glimpses::push(Sample const& sample) {
    if (sample.sync) session_.push_video(sample, false);
}

void Glimpses::discontinuity() {
    session_.discontinuity();
}

void Glimpses::tick(SteadyTime now) {
    session_.tick(now);
}

}  // namespace directfanz::transcode
