#include "worker/rung_thread.hpp"

#include <utility>

namespace directfanz::worker {

RungThread::RungThread(Rung rung) : rung_(std::move(rung)) {}

Result<void> RungThread::encode(Frame picture, PictureTime const& time, double frame_rate) {
    return thread_.start([this, picture = std::move(picture), time, frame_rate] {
        return rung_.encode(*picture, time, frame_rate);
    });
}

}  // namespace directfanz::worker
