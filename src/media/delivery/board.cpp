#include "media/delivery/board.hpp"

#include "system/http/gzip.hpp"

#include <algorithm>
#include <utility>

namespace directfanz::delivery {
namespace {

/// Playlists change four times a second: the fastest level takes most of what there is to gain.
constexpr int kGzipLevel = 1;

void add_gzip(RenderedPlaylist& playlist) {
    if (playlist.gzip.empty()) playlist.gzip = http::gzip(playlist.plain.view(), kGzipLevel);
}

}  // namespace

RenderedPlaylist const& BoardEntry::multivariant(bool gzip) {
    if (multivariant_.plain.empty())
        multivariant_.plain = Blob(packager::render_multivariant_playlist(*window_));
    if (gzip) add_gzip(multivariant_);
    return multivariant_;
}

RenderedPlaylist const& BoardEntry::media(std::size_t rendition, packager::Skip skip, bool gzip) {
    auto& playlist = renditions_[rendition].playlists[static_cast<std::size_t>(skip)];
    if (playlist.plain.empty())
        playlist.plain = Blob(packager::render_media_playlist(*window_, rendition, skip));
    if (gzip) add_gzip(playlist);
    return playlist;
}

RenderedPlaylist const& BoardEntry::i_frames(std::size_t rendition, bool gzip) {
    auto& playlist = renditions_[rendition].i_frames;
    if (playlist.plain.empty())
        playlist.plain = Blob(packager::render_i_frame_playlist(*window_, rendition));
    if (gzip) add_gzip(playlist);
    return playlist;
}

io::Task<io::WaitQueue::Wake> BoardEntry::next_change(std::size_t rendition, SteadyTime deadline) {
    auto const wake = co_await renditions_[rendition].waiting->wait(deadline);
    co_return wake;
}

void BoardEntry::update(std::shared_ptr<packager::Window const> window, SteadyTime now) {
    auto const before = std::exchange(window_, std::move(window));
    updated_at_ = now;
    forget_rendered();
    renditions_.resize(window_->renditions.size());
    for (std::size_t i = 0; i < renditions_.size(); ++i) {
        auto& waiting = renditions_[i].waiting;
        if (!waiting) waiting = std::make_unique<io::WaitQueue>(loop_);
        auto const same = before && !window_->ended && i < before->renditions.size() &&
                          before->renditions[i] == window_->renditions[i];
        if (!same) waiting->notify_all();
    }
}

void BoardEntry::set_state(live::BroadcastState state) {
    state_ = state;
    wake_all();
}

void BoardEntry::forget_rendered() {
    multivariant_ = {};
    // Rendition reports name the other renditions' edges, so every playlist is out of date.
    for (auto& rendition : renditions_) {
        rendition.playlists = {};
        rendition.i_frames = {};
    }
}

void BoardEntry::expire(SteadyTime now) {
    for (auto& rendition : renditions_) rendition.waiting->expire(now);
}

void BoardEntry::wake_all() {
    for (auto& rendition : renditions_) rendition.waiting->notify_all();
}

std::shared_ptr<BoardEntry> Board::find(StreamId const& stream) const {
    auto const found = entries_.find(stream);
    return found == entries_.end() || found->second->window() == nullptr ? nullptr : found->second;
}

std::shared_ptr<BoardEntry> const& Board::entry(StreamId const& stream) {
    auto& entry = entries_[stream];
    if (!entry) entry = std::make_shared<BoardEntry>(loop_);
    return entry;
}

void Board::update(StreamId const& stream, std::shared_ptr<packager::Window const> window) {
    entry(stream)->update(std::move(window), steady_now());
}

void Board::set_state(StreamId const& stream, live::BroadcastState state) {
    entry(stream)->set_state(state);
    if (state == live::BroadcastState::offline) entries_.erase(stream);
}

void Board::expire(SteadyTime now) {
    for (auto& [stream, entry] : entries_) entry->expire(now);
}

std::vector<std::pair<StreamId, ViewerSet>> Board::count(std::uint32_t second) {
    second_ = second;
    std::vector<std::pair<StreamId, ViewerSet>> watched;
    for (auto const& [stream, entry] : entries_) {
        auto& viewers = entry->viewers();
        viewers.forget_before(second - std::min(second, kWatching));
        if (!viewers.empty()) watched.emplace_back(stream, viewers);
    }
    return watched;
}

void Board::close() {
    closed_ = true;
    for (auto& [stream, entry] : entries_) entry->wake_all();
}

}  // namespace directfanz::delivery
