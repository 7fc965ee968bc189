#include "app/metrics_page.hpp"

#include "system/io/call_on.hpp"
#include "system/metrics/process.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace directfanz::app {
namespace {

/// One who looks, and a few who look for a fault.
constexpr http::ServerLimits kLimits{.connections = 16};

struct Counted {
    http::ServerCounters counters;
    std::size_t connections = 0;
};

metrics::Family one(std::string name, std::string help, metrics::Kind kind, std::uint64_t value) {
    return {.name = std::move(name),
            .help = std::move(help),
            .kind = kind,
            .metrics = {{.labels = {}, .value = static_cast<double>(value)}}};
}

std::vector<metrics::Family> families_of(Counted const& all) {
    using metrics::Kind;
    metrics::Family responses{.name = "directfanz_http_responses_total",
                              .help =
                                  "Answers, by the first digit of their status; \"none\" are "
                                  "requests that ended without one.",
                              .kind = Kind::counter,
                              .metrics = {}};
    for (std::size_t i = 0; i < all.counters.responses.size(); ++i) {
        // No server of ours sends such a status as an answer.
        if (i == 1) continue;
        auto const status = i == 0 ? std::string("none") : fmt::format("{}xx", i);
        responses.metrics.push_back({.labels = {{"status", status}},
                                     .value = static_cast<double>(all.counters.responses[i])});
    }
    return {one("directfanz_http_connections", "Connections of viewers and pages.", Kind::gauge,
                all.connections),
            one("directfanz_http_accepted_total", "Connections that were taken.", Kind::counter,
                all.counters.accepted),
            one("directfanz_http_turned_away_total",
                "Connections that found no room; raise the limit of descriptors.", Kind::counter,
                all.counters.turned_away),
            std::move(responses),
            one("directfanz_http_sent_bytes_total", "Bytes of heads and bodies that were sent.",
                Kind::counter, all.counters.bytes_sent)};
}

}  // namespace

MetricsPage::MetricsPage(io::LoopPool& loops, MetricsOfBroadcasts const& broadcasts,
                         Servers const& viewers)
    : loops_(loops), broadcasts_(broadcasts), viewers_(viewers) {
    router_.add(http::Method::get, "/metrics",
                [this](http::Request const&, http::PathParameters const&) { return answer(); });
}

void MetricsPage::serve(std::vector<io::TcpAcceptor> acceptors) {
    for (std::size_t i = 0; i < acceptors.size(); ++i) {
        auto server = std::make_unique<http::Server>(loops_[i], router_, kLimits);
        server->serve(std::move(acceptors[i]));
        servers_.push_back(std::move(server));
    }
}

io::Task<http::Response> MetricsPage::answer() {
    Counted all;
    for (std::size_t i = 0; i < viewers_.size(); ++i) {
        auto read = [&server = *viewers_[i]] {
            return Counted{.counters = server.counters(), .connections = server.connections()};
        };
        auto const here = co_await io::call_on(loops_[i], read);
        all.connections += here.connections;
        all.counters.accepted += here.counters.accepted;
        all.counters.turned_away += here.counters.turned_away;
        all.counters.bytes_sent += here.counters.bytes_sent;
        std::ranges::transform(all.counters.responses, here.counters.responses,
                               all.counters.responses.begin(), std::plus());
    }
    auto families = broadcasts_.families();
    std::ranges::move(families_of(all), std::back_inserter(families));
    std::ranges::move(metrics::process_metrics(), std::back_inserter(families));
    auto response = http::text_response(200, metrics::kContentType, metrics::to_text(families));
    http::set_cache_control(response, "no-store");
    co_return response;
}

}  // namespace directfanz::app
