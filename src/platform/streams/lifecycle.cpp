#include "platform/streams/lifecycle.hpp"

#include "base/log.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace directfanz::streams {
namespace {

WallTime now_to_the_millisecond() {
    return std::chrono::floor<milliseconds>(wall_now());
}

bool on_air(Phase phase) {
    return phase == Phase::live || phase == Phase::reconnecting;
}

/// Why it may not be broadcast.
std::string denial(StreamPage const& page) {
    if (!page.suspended())
        return "Your account is not that of a creator any more. Ask whoever runs this site.";
    auto text = std::string("Your account is suspended");
    if (!page.creator->suspended_because.empty()) text += ": " + page.creator->suspended_because;
    return text + ". You cannot broadcast at present.";
}

PictureFormat picture_of(packager::Window const& window) {
    for (auto const& rendition : window.renditions) {
        if (rendition->track.kind != MediaKind::video) continue;
        auto const& video = rendition->track.video();
        return {.width = video.width, .height = video.height, .frame_rate = rendition->frame_rate};
    }
    return {};
}

}  // namespace

void Lifecycle::adopt(std::vector<BroadcastRow> open, SteadyTime now) {
    std::lock_guard const lock(mutex_);
    for (auto& row : open) {
        auto const stream = row.stream;
        orphans_[stream] = {.row = std::move(row), .until = now + grace_};
    }
}

Result<void> Lifecycle::admit(SharedPage page, SteadyTime now) {
    std::lock_guard const lock(mutex_);
    if (!page->may_be_broadcast()) return fail(ErrorKind::denied, "publish", denial(*page));
    auto& entry = entries_[page->stream.id];
    if (now < entry.refused_until) {
        auto const left = std::chrono::ceil<seconds>(entry.refused_until - now).count();
        return fail(ErrorKind::denied, "publish",
                    fmt::format("This broadcast was ended on the site. Stop your encoder; in {} "
                                "seconds you can start it for a new one.",
                                left));
    }
    auto const same = entry.page && says_the_same(*entry.page, *page);
    entry.page = std::move(page);
    entry.admitted_at = now;
    if (!same && entry.now.phase != Phase::idle) change(entry, entry.now);
    return {};
}

void Lifecycle::update(SharedPage page, SteadyTime now) {
    std::lock_guard const lock(mutex_);
    auto const found = entries_.find(page->stream.id);
    if (found == entries_.end()) {
        for (auto* listener : listeners_) listener->on_situation(page, {}, {});
        return;
    }
    auto& entry = found->second;
    if (entry.page && is_older(*page, *entry.page)) return;
    if (entry.page && says_the_same(*entry.page, *page)) return count(entry, std::move(page), now);
    entry.page = std::move(page);
    if (entry.now.broadcast) entry.now.broadcast->title = entry.page->stream.title;
    change(entry, entry.now);
}

void Lifecycle::count(Entry& entry, SharedPage page, SteadyTime now) {
    if (entry.page->stream.likes == page->stream.likes || now - entry.counted_at < kCountInterval)
        return;
    entry.counted_at = now;
    entry.page = std::move(page);
    for (auto* listener : listeners_) listener->on_counted(entry.page, entry.now);
}

void Lifecycle::remove(SharedPage const& page) {
    auto const& stream = page->stream.id;
    {
        std::lock_guard const lock(mutex_);
        entries_.erase(stream);
        orphans_.erase(stream);
        audience_.end(stream);
        for (auto* listener : listeners_) listener->on_removed(page);
    }
    stop_(stream, {ErrorKind::not_found, "stream", "The stream was deleted."});
}

void Lifecycle::change(Entry& entry, Situation now) {
    auto const before = std::exchange(entry.now, std::move(now));
    for (auto* listener : listeners_) listener->on_situation(entry.page, before, entry.now);
}

void Lifecycle::save(Entry& entry) {
    auto& row = *entry.now.broadcast;
    row.phase = entry.now.phase;
    row.seen_at = now_to_the_millisecond();
    row.audience = audience_.totals(row.stream);
    entry.written_at = steady_now();
    journal_.write("broadcast", [this, row] { return store_.save(row); });
}

void Lifecycle::close(BroadcastRow row) {
    row.phase = Phase::ended;
    journal_.write("broadcast", [this, row]() -> Result<void> {
        auto saved = store_.save(row);
        if (!saved) return saved;
        return store_.count_up(row.id);
    });
}

bool Lifecycle::end_orphan(StreamId const& stream, EndedBy who) {
    auto orphan = orphans_.extract(stream);
    if (orphan.empty()) return false;
    auto& row = orphan.mapped().row;
    if (row.live_at) {
        row.ended_at = row.seen_at;
        row.ended_by = who;
        close(std::move(row));
    } else {
        journal_.write("preview", [this, id = row.id] { return store_.remove(id); });
    }
    return true;
}

void Lifecycle::set_live(Entry& entry, BroadcastRow row) {
    if (!row.live_at) {
        row.live_at = now_to_the_millisecond();
        // Who looked at the preview is no audience.
        audience_.begin(row.stream, {});
    }
    change(entry, {.phase = Phase::live, .broadcast = std::move(row)});
    save(entry);
}

void Lifecycle::begin(Entry& entry, StreamId const& stream) {
    auto orphan = orphans_.extract(stream);
    if (!orphan.empty()) {
        auto row = std::move(orphan.mapped().row);
        row.picture = entry.picture;
        log::info("broadcast_resumed", {{"broadcast", row.id}}, {{"stream", stream.value()}});
        audience_.begin(stream, row.audience);
        if (row.live_at) return set_live(entry, std::move(row));
        change(entry, {.phase = Phase::preview, .broadcast = std::move(row)});
        return save(entry);
    }
    BroadcastRow row{.id = new_row_id(),
                     .stream = stream,
                     .title = entry.page->stream.title,
                     .started_at = now_to_the_millisecond(),
                     .picture = entry.picture};
    if (entry.page->stream.auto_live) return set_live(entry, std::move(row));
    change(entry, {.phase = Phase::preview, .broadcast = std::move(row)});
    save(entry);
}

void Lifecycle::drop_preview(Entry& entry) {
    auto const id = entry.now.broadcast->id;
    journal_.write("preview", [this, id] { return store_.remove(id); });
    change(entry, {});
}

void Lifecycle::finish(Entry& entry, EndedBy who) {
    if (!entry.now.broadcast || entry.now.phase == Phase::ended) return;
    if (!entry.now.broadcast->live_at) return drop_preview(entry);
    auto row = *entry.now.broadcast;
    row.ended_at = now_to_the_millisecond();
    row.seen_at = *row.ended_at;
    row.ended_by = who;
    row.phase = Phase::ended;
    row.audience = audience_.totals(row.stream);
    audience_.end(row.stream);
    close(row);
    log::info("broadcast_ended", {{"broadcast", row.id}, {"by", to_string(who)}},
              {{"stream", row.stream.value()}});
    change(entry, {.phase = Phase::ended, .broadcast = std::move(row)});
}

Result<void> Lifecycle::go_live(StreamId const& stream) {
    std::lock_guard const lock(mutex_);
    auto const found = entries_.find(stream);
    auto const phase = found == entries_.end() ? Phase::idle : found->second.now.phase;
    if (on_air(phase)) return {};
    if (phase != Phase::preview) {
        return fail(ErrorKind::conflict, "live",
                    "Nothing arrives from your encoder yet. Start it, and go live when you see the "
                    "preview.");
    }
    set_live(found->second, *found->second.now.broadcast);
    return {};
}

bool Lifecycle::end(SharedPage const& page, EndedBy who, std::string reason, SteadyTime now) {
    auto const& stream = page->stream.id;
    {
        std::lock_guard const lock(mutex_);
        auto const left_open = end_orphan(stream, who);
        auto const found = entries_.find(stream);
        auto const goes_on = found != entries_.end() && found->second.now.broadcast &&
                             found->second.now.phase != Phase::ended;
        if (!left_open && !goes_on) return false;
        auto& entry = entries_[stream];
        if (!entry.page) entry.page = page;
        finish(entry, who);
        entry.ending = entry.media == live::BroadcastState::live ||
                       entry.media == live::BroadcastState::reconnecting;
        entry.refused_until = now + kRefusal;
    }
    stop_(stream, {ErrorKind::denied, "publish", std::move(reason)});
    return true;
}

Situation Lifecycle::situation(StreamId const& stream) const {
    std::lock_guard const lock(mutex_);
    auto const found = entries_.find(stream);
    if (found == entries_.end()) return {};
    auto now = found->second.now;
    if (now.broadcast && now.phase != Phase::ended) {
        now.broadcast->phase = now.phase;
        now.broadcast->audience = audience_.totals(stream);
    }
    return now;
}

void Lifecycle::on_state(StreamId const& stream, live::BroadcastState state) {
    std::lock_guard const lock(mutex_);
    auto const found = entries_.find(stream);
    // Deleted meanwhile.
    if (found == entries_.end()) return;
    auto& entry = found->second;
    entry.media = state;
    auto const over =
        state == live::BroadcastState::ended || state == live::BroadcastState::offline;
    if (std::exchange(entry.ending, entry.ending && !over) && !over) return;
    switch (state) {
        case live::BroadcastState::live:
            if (entry.now.phase == Phase::reconnecting) {
                auto now = entry.now;
                now.phase = Phase::live;
                change(entry, std::move(now));
                save(entry);
            } else if (entry.now.broadcast && entry.now.phase == Phase::idle) {
                auto now = entry.now;
                now.phase = Phase::preview;
                change(entry, std::move(now));
            } else if (entry.now.phase == Phase::idle || entry.now.phase == Phase::ended) {
                begin(entry, stream);
            }
            return;
        case live::BroadcastState::reconnecting: {
            if (!entry.now.broadcast || entry.now.phase == Phase::ended) return;
            auto now = entry.now;
            now.phase = now.broadcast->live_at ? Phase::reconnecting : Phase::idle;
            change(entry, std::move(now));
            if (entry.now.phase == Phase::reconnecting) save(entry);
            return;
        }
        case live::BroadcastState::ended:
            finish(entry,
                   entry.now.phase == Phase::reconnecting ? EndedBy::connection : EndedBy::encoder);
            return;
        case live::BroadcastState::offline:
            finish(entry, EndedBy::connection);
            change(entry, {});
            for (auto* listener : listeners_) listener->on_idle(stream);
            return;
    }
}

void Lifecycle::on_window(StreamId const& stream, std::shared_ptr<packager::Window const> window) {
    auto const picture = picture_of(*window);
    std::lock_guard const lock(mutex_);
    auto const found = entries_.find(stream);
    if (found == entries_.end() || picture.width == 0) return;
    auto& entry = found->second;
    entry.picture = picture;
    if (entry.now.broadcast && entry.now.phase != Phase::ended)
        entry.now.broadcast->picture = picture;
}

bool Lifecycle::forgettable(Entry const& entry, SteadyTime now) const {
    return entry.media == live::BroadcastState::offline && entry.now.phase == Phase::idle &&
           now >= entry.refused_until && now - entry.admitted_at >= kMediaOnItsWay;
}

void Lifecycle::tick(SteadyTime now) {
    std::lock_guard const lock(mutex_);
    for (auto& [stream, entry] : entries_) {
        auto const goes_on = entry.now.broadcast && entry.now.phase != Phase::ended;
        if (goes_on && now - entry.written_at >= kWriteInterval) save(entry);
    }
    std::erase_if(entries_, [&](auto const& item) { return forgettable(item.second, now); });
    std::vector<StreamId> over;
    for (auto const& [stream, orphan] : orphans_)
        if (now >= orphan.until) over.push_back(stream);
    for (auto const& stream : over) end_orphan(stream, EndedBy::server);
}

}  // namespace directfanz::streams
