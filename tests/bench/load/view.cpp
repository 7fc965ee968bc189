#include "load/commands.hpp"
#include "load/cpu_time.hpp"
#include "load/http1_transport.hpp"
#include "load/http2_transport.hpp"
#include "load/poller.hpp"
#include "load/renditions.hpp"
#include "load/viewer.hpp"

#include <algorithm>
#include <cstdio>
#include <memory>

#include <fmt/format.h>

namespace directfanz::load {
namespace {

constexpr milliseconds kArrivalInterval{10};
/// After the measured time the load goes on, so that who measures the server has time to look.
constexpr milliseconds kAfterwards{500};

class ViewRun {
  public:
    explicit ViewRun(ViewOptions const& options) : options_(options) {
        boards_ = renditions_of(options_.server, options_.path, tls_for_playlists());
        if (options_.tls) tls_ = std::make_unique<TlsClient>(options_.http2 ? "h2" : "http/1.1");
        began_ = steady_now();
        arrive();
        auto const settled = began_ + seconds(options.ramp + options.settle);
        poller_.at(settled, [this] { begin(); });
        poller_.at(settled + seconds(options.seconds), [this] { end(); });
    }

    int run() {
        poller_.run();
        return 0;
    }

  private:
    TlsClient* tls_for_playlists() {
        if (options_.tls) first_tls_ = std::make_unique<TlsClient>("http/1.1");
        return first_tls_.get();
    }

    /// On HTTP/1.1 a connection for each rendition, as browsers have it; on HTTP/2 one for all.
    void seat() {
        for (auto const& board : boards_) {
            if (!options_.http2) {
                transports_.push_back(std::make_unique<Http1Transport>(
                    poller_, options_.server, transports_.size(), tls_.get()));
            } else if (board == boards_.front()) {
                transports_.push_back(std::make_unique<Http2Transport>(
                    poller_, options_.server, transports_.size(), tls_.get()));
            }
            viewers_.push_back(
                std::make_unique<Viewer>(poller_, *board, reception_, *transports_.back()));
            viewers_.back()->start();
        }
    }

    void arrive() {
        auto const ramp = std::chrono::nanoseconds(seconds(std::max(options_.ramp, 1)));
        auto const share = static_cast<double>((poller_.now() - began_).count()) /
                           static_cast<double>(ramp.count());
        auto const due = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) *
                                                  static_cast<double>(options_.viewers));
        for (; arrived_ < due; ++arrived_) seat();
        if (arrived_ < options_.viewers) {
            poller_.at(poller_.now() + kArrivalInterval, [this] { arrive(); });
        }
    }

    void begin() {
        reception_.counting = true;
        measured_from_ = poller_.now();
        cpu_before_ = cpu_seconds();
        fmt::print("{{\"event\":\"begin\",\"viewers\":{},\"connections\":{}}}\n", arrived_,
                   transports_.size());
        std::fflush(stdout);
    }

    void end() {
        reception_.counting = false;
        auto const lost =
            std::ranges::count_if(transports_, [](auto const& t) { return t->lost(); });
        auto const took = std::chrono::duration<double>(poller_.now() - measured_from_).count();
        auto& lateness = reception_.lateness;
        fmt::print(
            "{{\"event\":\"end\",\"viewers\":{},\"connections\":{},\"seconds\":{:.3f},"
            "\"playlists\":{},\"parts\":{},\"late_parts\":{},\"failures\":{},\"lost\":{},"
            "\"bytes\":{},\"p50_ms\":{:.1f},\"p99_ms\":{:.1f},\"max_ms\":{:.1f},"
            "\"part_target_ms\":{},\"load_cpu_seconds\":{:.3f}}}\n",
            arrived_, transports_.size(), took, reception_.playlists, reception_.parts,
            reception_.late_parts, reception_.failures, lost, reception_.bytes,
            lateness.milliseconds_at(0.5), lateness.milliseconds_at(0.99),
            lateness.milliseconds_at(1),
            std::chrono::duration_cast<milliseconds>(boards_.front()->part_target()).count(),
            cpu_seconds() - cpu_before_);
        std::fflush(stdout);
        poller_.at(poller_.now() + kAfterwards, [this] { poller_.stop(); });
    }

    ViewOptions const options_;
    Poller poller_;
    Reception reception_;
    std::vector<std::unique_ptr<Board>> boards_;
    std::unique_ptr<TlsClient> first_tls_;
    std::unique_ptr<TlsClient> tls_;
    std::vector<std::unique_ptr<Transport>> transports_;
    std::vector<std::unique_ptr<Viewer>> viewers_;
    std::size_t arrived_ = 0;
    SteadyTime began_;
    SteadyTime measured_from_;
    double cpu_before_ = 0;
};

}  // namespace

int view(ViewOptions const& options) {
    ViewRun run(options);
    return run.run();
}

}  // namespace directfanz::load
