#include "load/commands.hpp"
#include "load/cpu_time.hpp"
#include "load/poller.hpp"
#include "load/rtmp_publisher.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <memory>

#include <fmt/format.h>

namespace directfanz::load {
namespace {

constexpr milliseconds kLookInterval{100};

volatile std::sig_atomic_t stopping = 0;

class PublishRun {
  public:
    explicit PublishRun(PublishOptions const& options)
        : script_(FlvScript::read(options.media.flv, milliseconds(options.media.length),
                                  Stamps::none)) {
        for (auto const& path : options.paths) {
            publishers_.push_back(
                std::make_unique<RtmpPublisher>(poller_, options.server, path, script_));
        }
        // Spread over a round, so that their key frames are.
        auto const now = steady_now();
        auto const gap = std::chrono::nanoseconds(seconds(2)) / publishers_.size();
        for (std::size_t i = 0; i < publishers_.size(); ++i)
            publishers_[i]->start(now + static_cast<std::int64_t>(i) * gap);
        if (options.seconds > 0) end_ = now + seconds(options.seconds);
        look();
    }

    int run() {
        fmt::print("{{\"event\":\"publishing\",\"publishers\":{}}}\n", publishers_.size());
        std::fflush(stdout);
        poller_.run();
        std::uint64_t bytes = 0;
        std::chrono::nanoseconds latest{};
        for (auto const& publisher : publishers_) {
            bytes += publisher->bytes_sent();
            latest = std::max(latest, publisher->latest());
        }
        fmt::print(
            "{{\"event\":\"published\",\"bytes\":{},\"lost\":{},\"latest_ms\":{:.1f},"
            "\"cpu_seconds\":{:.3f}}}\n",
            bytes, lost(), static_cast<double>(latest.count()) / 1e6, cpu_seconds());
        return lost() == 0 ? 0 : 1;
    }

  private:
    void look() {
        auto const now = poller_.now();
        if (stopping != 0 || now >= end_ || lost() > 0) return poller_.stop();
        poller_.at(now + kLookInterval, [this] { look(); });
    }

    std::ptrdiff_t lost() const {
        return std::ranges::count_if(publishers_, [](auto const& p) { return p->lost(); });
    }

    Poller poller_;
    FlvScript const script_;
    std::vector<std::unique_ptr<RtmpPublisher>> publishers_;
    SteadyTime end_ = SteadyTime::max();
};

}  // namespace

int publish(PublishOptions const& options) {
    for (auto const signal : {SIGTERM, SIGINT}) std::signal(signal, [](int) { stopping = 1; });
    PublishRun run(options);
    return run.run();
}

}  // namespace directfanz::load
