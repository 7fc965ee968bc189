#include "load/commands.hpp"
#include "load/http1_transport.hpp"
#include "load/poller.hpp"
#include "load/renditions.hpp"
#include "load/rtmp_publisher.hpp"
#include "load/stamps.hpp"
#include "load/viewer.hpp"

#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

namespace directfanz::load {
namespace {

constexpr milliseconds kAskAgain{250};
constexpr seconds kPatience{30};

class LatencyRun {
  public:
    explicit LatencyRun(LatencyOptions const& options)
        : options_(options),
          script_(FlvScript::read(options.media.flv, milliseconds(options.media.length),
                                  Stamps::every_frame)),
          publisher_(poller_, options.rtmp, options.publish_path, script_) {
        publisher_.start(steady_now());
        give_up_ = steady_now() + kPatience;
        poller_.at(steady_now() + kAskAgain, [this] { begin_when_live(); });
    }

    int run() {
        poller_.run();
        if (publisher_.lost()) throw std::runtime_error("the publisher lost its connection");
        fmt::print(
            "{{\"event\":\"latency\",\"frames\":{},\"p50_ms\":{:.1f},\"p99_ms\":{:.1f},"
            "\"max_ms\":{:.1f},\"newest_p99_ms\":{:.1f},\"failures\":{},"
            "\"part_target_ms\":{:.1f},\"publisher_latest_ms\":{:.1f}}}\n",
            every_frame_.count(), every_frame_.milliseconds_at(0.5),
            every_frame_.milliseconds_at(0.99), every_frame_.milliseconds_at(1),
            newest_frame_.milliseconds_at(0.99), reception_.failures,
            static_cast<double>(boards_.front()->part_target().count()) / 1e3,
            static_cast<double>(publisher_.latest().count()) / 1e6);
        return 0;
    }

  private:
    void begin_when_live() {
        try {
            boards_ = renditions_of(options_.http, options_.view_path, nullptr);
        } catch (std::exception const&) {
            if (poller_.now() > give_up_) throw;
            poller_.at(poller_.now() + kAskAgain, [this] { begin_when_live(); });
            return;
        }
        transport_ = std::make_unique<Http1Transport>(poller_, options_.http, 0, nullptr);
        viewer_.emplace(poller_, *boards_.front(), reception_, *transport_);
        viewer_->read_parts([this](Answer const& part) { take(part); });
        viewer_->start();
        auto const begin = poller_.now() + seconds(options_.settle);
        poller_.at(begin, [this] { reception_.counting = true; });
        poller_.at(begin + seconds(options_.seconds), [this] { poller_.stop(); });
    }

    void take(Answer const& part) {
        if (!reception_.counting) return;
        auto const& sent = publisher_.pictures_sent();
        auto const numbers = stamps_in(part.body);
        for (auto const number : numbers) every_frame_.add(part.at - sent.at(number));
        if (!numbers.empty()) newest_frame_.add(part.at - sent.at(numbers.back()));
    }

    LatencyOptions const options_;
    Poller poller_;
    FlvScript const script_;
    RtmpPublisher publisher_;
    Reception reception_;
    std::vector<std::unique_ptr<Board>> boards_;
    std::unique_ptr<Http1Transport> transport_;
    std::optional<Viewer> viewer_;
    SteadyTime give_up_;
    /// From each picture's leaving to the last byte of its part.
    Percentiles every_frame_;
    /// The same of each part's last picture: what the server adds.
    Percentiles newest_frame_;
};

}  // namespace

int measure_latency(LatencyOptions const& options) {
    LatencyRun run(options);
    return run.run();
}

}  // namespace directfanz::load
