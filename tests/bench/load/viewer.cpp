#include "load/viewer.hpp"

#include <stdexcept>

namespace directfanz::load {
namespace {

constexpr milliseconds kRetry{100};

}  // namespace

void Viewer::start() {
    next_ = board_.end();
    ask(Asking::playlist);
}

bool Viewer::wants_body() const {
    return asking_ == Asking::playlist ? !board_.knows(next_) : static_cast<bool>(reader_);
}

void Viewer::ask(Asking asking) {
    asking_ = asking;
    transport_.get(asking == Asking::playlist ? board_.playlist_with(next_) : board_.part(next_),
                   *this);
}

void Viewer::answered(Answer const& answer) {
    if (reception_.counting) {
        reception_.bytes += answer.bytes;
        if (answer.status != 200) ++reception_.failures;
    }
    if (asking_ == Asking::playlist) {
        take_playlist(answer);
    } else {
        take_part(answer);
    }
}

void Viewer::take_playlist(Answer const& answer) {
    if (answer.status != 200) return ask_again_soon();
    if (reception_.counting) ++reception_.playlists;
    if (!board_.knows(next_)) {
        // Another one may have learned of the part while this playlist was on its way, unread.
        if (!answer.body.empty()) board_.learn(MediaPlaylist::parse(answer.body), answer.at);
        if (!board_.knows(next_)) {
            if (reception_.counting) ++reception_.failures;
            return ask_again_soon();
        }
    }
    ask(Asking::part);
}

void Viewer::take_part(Answer const& answer) {
    if (answer.status == 200 && reception_.counting) {
        auto const lateness = answer.at - board_.listed_at(next_);
        ++reception_.parts;
        reception_.lateness.add(lateness);
        if (lateness > Reception::late_after(board_.part_target())) ++reception_.late_parts;
    }
    if (reader_) reader_(answer);
    ++next_;
    ask(Asking::playlist);
}

void Viewer::ask_again_soon() {
    poller_.at(poller_.now() + kRetry, [this] { ask(Asking::playlist); });
}

}  // namespace directfanz::load
