#include "app/serve.hpp"

#include "app/belongings_of_streams.hpp"
#include "app/broadcasting.hpp"
#include "app/certificate.hpp"
#include "app/data_folder.hpp"
#include "app/mail.hpp"
#include "app/metrics_of_broadcasts.hpp"
#include "app/metrics_page.hpp"
#include "app/pages.hpp"
#include "app/platform.hpp"
#include "app/signals.hpp"
#include "app/spare_memory.hpp"
#include "app/supervisor.hpp"
#include "app/urls.hpp"
#include "app/version.hpp"
#include "base/log.hpp"
#include "media/ingest/rtmp/listener.hpp"
#include "platform/streams/streams.hpp"
#include "system/geo/country_database.hpp"
#include "system/http/router.hpp"
#include "system/http/server.hpp"
#include "system/http/static_files.hpp"
#include "system/io/blocking.hpp"
#include "system/io/event_loop.hpp"
#include "system/io/socket.hpp"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/resource.h>

namespace directfanz::app {
namespace {

/// For the database; SQLite has one writer anyway.
constexpr std::size_t kBlockingThreads = 4;

/// A viewer is a descriptor: as many as the system allows. Returns how many that are.
std::size_t raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::numeric_limits<std::size_t>::max();
    auto const before = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &limit) == 0) return limit.rlim_cur;
    log::warning("descriptor_limit_not_raised", {{"limit", before}});
    return before;
}

/// How often the certificate's files are looked at.
constexpr seconds kCertificateCheck{2};

/// Viewers take no descriptor that publishers, the database or the pages need: with all of them
/// gone, a publisher could not come back. At most this many are kept for them, a quarter where
/// there are few.
constexpr std::size_t kDescriptorsKept = 2'048;

/// What each loop's server takes of `descriptors`.
http::ServerLimits http_limits(std::size_t descriptors, std::size_t loops) {
    http::ServerLimits limits;
    auto const kept = std::min(kDescriptorsKept, descriptors / 4);
    limits.connections = std::min(limits.connections, (descriptors - kept) / loops);
    return limits;
}

std::size_t loop_count(Settings const& settings) {
    if (settings.threads != 0) return settings.threads;
    return std::max(1U, std::thread::hardware_concurrency());
}

std::string address_of(std::vector<io::TcpAcceptor> const& acceptors) {
    return io::to_string(acceptors.front().local_endpoint());
}

/// The setting's text was read once already.
io::AddressSet trusted_proxies(Settings const& settings) {
    return io::AddressSet::parse(settings.trusted_proxies).value_or(io::AddressSet());
}

rtmp::Settings rtmp_settings(Settings const& settings) {
    rtmp::Settings rtmp;
    rtmp.publish_time = settings.rtmp_handshake;
    rtmp.idle_time = settings.rtmp_idle;
    rtmp.waiting_per_address = settings.rtmp_waiting_per_address;
    rtmp.trusted_proxies = trusted_proxies(settings);
    return rtmp;
}

using Countries = std::shared_ptr<geo::CountryDatabase const>;

/// Null if none is set.
Result<Countries> open_countries(Settings const& settings) {
    if (settings.geo_country_database.empty()) return nullptr;
    return geo::CountryDatabase::open(settings.geo_country_database);
}

streams::StreamsOptions streams_options(Settings const& settings, Countries countries) {
    return {.key_failures = {.failures = static_cast<unsigned>(settings.key_failures),
                             .window = settings.key_failure_window},
            .grace = std::chrono::ceil<seconds>(settings.grace),
            .covers = settings.data / "covers",
            .countries = std::move(countries)};
}

/// Pages take paths, which work by whatever name they reached the server; encoders need whole
/// addresses.
streams::StreamUrls page_urls(Settings const& settings, Listening const& listening) {
    auto urls = make_urls(settings, listening);
    urls.http = settings.public_url;
    return urls;
}

/// Everything that runs, in the order of its making: later members use earlier ones.
class Program {
  public:
    Program(Settings const& settings, std::unique_ptr<db::Database> database,
            std::unique_ptr<mail::Mailer> mailer, std::shared_ptr<io::TlsIdentity> identity,
            Countries countries, std::size_t descriptors)
        : settings_(settings),
          identity_(std::move(identity)),
          has_countries_(countries != nullptr),
          descriptors_(descriptors),
          database_(std::move(database)),
          mailer_(std::move(mailer)),
          blocking_(kBlockingThreads),
          platform_(*database_, blocking_, *mailer_, settings),
          loops_(loop_count(settings)),
          streams_(*database_, blocking_, loops_, platform_.people(), platform_.passwords(),
                   platform_.herald(), streams_options(settings, countries)),
          broadcasting_(loops_, streams_, metrics_, settings),
          rtmp_(loops_, broadcasting_.target(), rtmp_settings(settings)) {
        streams_.add_to(platform_.api());
        platform_.accounts().context().belongings.push_back(&belongings_);
    }

    Result<Listening> start() {
        auto routed = add_routes();
        if (!routed) return std::unexpected(std::move(routed.error()));
        auto http = listen_http("http", settings_.http);
        if (!http) return std::unexpected(std::move(http.error()));
        auto https = listen_http("https", settings_.https);
        if (!https) return std::unexpected(std::move(https.error()));
        auto metrics = listen_http("metrics", settings_.metrics);
        if (!metrics) return std::unexpected(std::move(metrics.error()));
        auto rtmp = listen_rtmp("rtmp", settings_.rtmp, nullptr);
        if (!rtmp) return std::unexpected(std::move(rtmp.error()));
        auto rtmps = listen_rtmp("rtmps", settings_.rtmps, identity_);
        if (!rtmps) return std::unexpected(std::move(rtmps.error()));
        Listening listening{.http = address_of(*http),
                            .rtmp = std::move(*rtmp),
                            .https = https->empty() ? "" : address_of(*https),
                            .rtmps = std::move(*rtmps),
                            .metrics = metrics->empty() ? "" : address_of(*metrics)};
        router_.set_encryption({.redirect_to = settings_.redirect_to_https
                                                   ? https_port(settings_, listening)
                                                   : std::uint16_t{0},
                                .hsts = std::chrono::duration_cast<seconds>(settings_.hsts)});

        auto const limits = http_limits(descriptors_, loops_.size());
        for (std::size_t i = 0; i < loops_.size(); ++i) {
            auto server = std::make_unique<http::Server>(loops_[i], router_, limits);
            server->trust(
                {.addresses = trusted_proxies(settings_), .header = settings_.forwarded_header});
            server->serve(std::move((*http)[i]));
            if (!https->empty()) server->serve(std::move((*https)[i]), identity_);
            servers_.push_back(std::move(server));
        }
        metrics_page_.serve(std::move(*metrics));
        auto platform = platform_.start(make_urls(settings_, listening), has_countries_);
        if (!platform) return std::unexpected(std::move(platform.error()));
        streams_.set_urls(page_urls(settings_, listening));
        auto started = streams_.start();
        if (!started) return std::unexpected(std::move(started.error()));
        broadcasting_.start();
        loops_.start();
        return listening;
    }

    /// Calls `done`, on some loop, when nobody is connected any more.
    void drain(SteadyTime deadline, std::function<void()> done) {
        streams_.stop_waiting();
        broadcasting_.stop_waiting();
        draining_ = servers_.size() + metrics_page_.servers().size() + 1;
        loops_[0].spawn(drain_rtmp(rtmp_, deadline, draining_, done));
        for (auto const* const servers : {&std::as_const(servers_), &metrics_page_.servers()}) {
            for (std::size_t i = 0; i < servers->size(); ++i)
                loops_[i].spawn(drain_server(*(*servers)[i], deadline, draining_, done));
        }
    }

    /// Joins all threads.
    void stop() {
        loops_.stop();
        platform_.stop();
        blocking_.stop();
    }

  private:
    Result<void> add_routes() {
        broadcasting_.add_routes(router_);
        streams_.add_routes(router_);
        platform_.add_routes(router_);
        auto const folder = settings_.web.empty() ? find_built_pages() : settings_.web;
        if (folder.empty()) {
            log::warning("no_pages",
                         {{"advice", "build them (npm run build), or say where: --web"}});
            return {};
        }
        auto pages = http::StaticFiles::load(folder);
        if (!pages) return std::unexpected(std::move(pages.error()));
        pages_ = std::move(*pages);
        pages_.add_routes(router_);
        router_.add(http::Method::get, "/embed/{stream}",
                    [this](http::Request const& request, http::PathParameters const& parameters) {
                        return embed(request, StreamId(parameters.front()));
                    });
        // One document, which chooses the page by the address.
        for (auto const pattern : kPagePatterns) {
            pages_.add_page(router_, pattern, "index.html");
        }
        router_.set_lost([this](http::Request const& request) -> std::optional<http::Response> {
            if (!wants_page(request)) return std::nullopt;
            auto page = pages_.page(request, "index.html");
            // Without its tag: "not modified" would hide that there is nothing.
            page.status = 404;
            page.headers.remove("ETag");
            return page;
        });
        return {};
    }

    /// The player alone, for the sites that the stream's creator allows.
    io::Task<http::Response> embed(http::Request const& request, StreamId stream) {
        constexpr std::string_view kOnlyHere = "frame-ancestors 'self'";
        auto response = pages_.page(request, "index.html");
        auto const sites = co_await streams_.frame_ancestors(std::move(stream));
        auto policy = std::string(http::kContentSecurityPolicy);
        policy.replace(policy.find(kOnlyHere), kOnlyHere.size(), "frame-ancestors " + sites);
        response.headers.set("Content-Security-Policy", policy);
        co_return response;
    }

    /// None if the address is empty.
    Result<std::vector<io::TcpAcceptor>> listen_http(std::string_view setting,
                                                     std::string_view address) {
        if (address.empty()) return {};
        auto const endpoint = io::parse_endpoint(address);
        if (!endpoint) return std::unexpected(endpoint.error());
        auto acceptors = io::listen_all(loops_, *endpoint);
        if (!acceptors) acceptors.error().where = setting;
        return acceptors;
    }

    /// Returns where; empty if the address is.
    Result<std::string> listen_rtmp(std::string_view setting, std::string_view address,
                                    std::shared_ptr<io::TlsIdentity> const& identity) {
        if (address.empty()) return {};
        auto const endpoint = io::parse_endpoint(address);
        if (!endpoint) return std::unexpected(endpoint.error());
        auto listening = rtmp_.listen(*endpoint, identity);
        if (!listening) {
            listening.error().where = setting;
            return std::unexpected(std::move(listening.error()));
        }
        return io::to_string(*listening);
    }

    static io::Task<> drain_server(http::Server& server, SteadyTime deadline,
                                   std::atomic<std::size_t>& left, std::function<void()> done) {
        co_await server.drain(deadline);
        if (--left == 0) done();
    }

    static io::Task<> drain_rtmp(rtmp::Listener& listener, SteadyTime deadline,
                                 std::atomic<std::size_t>& left, std::function<void()> done) {
        co_await listener.drain(deadline);
        if (--left == 0) done();
    }

    Settings const& settings_;
    /// Null without TLS.
    std::shared_ptr<io::TlsIdentity> identity_;
    bool has_countries_;
    std::size_t descriptors_;
    std::unique_ptr<db::Database> database_;
    std::unique_ptr<mail::Mailer> mailer_;
    io::BlockingPool blocking_;
    Platform platform_;
    io::LoopPool loops_;
    streams::Streams streams_;
    BelongingsOfStreams belongings_{streams_};
    MetricsOfBroadcasts metrics_;
    Broadcasting broadcasting_;
    rtmp::Listener rtmp_;
    http::StaticFiles pages_;
    http::Router router_;
    Servers servers_;
    MetricsPage metrics_page_{loops_, metrics_, servers_};
    std::atomic<std::size_t> draining_ = 0;
};

/// For whoever started the program.
void announce(Listening const& listening) {
    auto encrypted = std::string();
    if (!listening.https.empty()) encrypted += fmt::format(",\"https\":\"{}\"", listening.https);
    if (!listening.rtmps.empty()) encrypted += fmt::format(",\"rtmps\":\"{}\"", listening.rtmps);
    auto const metrics =
        listening.metrics.empty() ? "" : fmt::format(",\"metrics\":\"{}\"", listening.metrics);
    fmt::print("{{\"event\":\"listening\",\"http\":\"{}\",\"rtmp\":\"{}\"{}{}}}\n", listening.http,
               listening.rtmp, encrypted, metrics);
    std::fflush(stdout);
    tell_supervisor("READY=1");
    log::info("listening", {{"http", listening.http},
                            {"rtmp", listening.rtmp},
                            {"https", listening.https},
                            {"rtmps", listening.rtmps},
                            {"metrics", listening.metrics}});
}

/// Returns the signal that ends the program. Until then it keeps the certificate up to date: this
/// thread has nothing else to do, and reading files may block it.
int wait_for_stop(Signals& signals, io::TlsIdentity* identity) {
    for (;;) {
        auto const wake = signals.wait_until(steady_now() + kCertificateCheck);
        if (wake == Signals::Wake::signal) return signals.last_signal();
        if (identity == nullptr) continue;
        if (wake == Signals::Wake::reload || identity->files_changed()) {
            reload_certificate(*identity);
        }
    }
}

/// Returns when everybody has left. A second signal, or somebody who does not leave in time, ends
/// the process here, without taking down what is still in use.
void drain(Program& program, Signals& signals) {
    auto const deadline = steady_now() + kDrainTime;
    // The last second is for those who do not leave by themselves.
    program.drain(deadline - seconds(1), [&signals] { signals.notify(); });
    auto wake = signals.wait_until(deadline);
    while (wake == Signals::Wake::reload) wake = signals.wait_until(deadline);
    switch (wake) {
        case Signals::Wake::reload:
        case Signals::Wake::notified:
            return;
        case Signals::Wake::signal:
            log::warning("stopped_at_once", {});
            std::_Exit(EXIT_FAILURE);
        case Signals::Wake::deadline:
            log::warning("drain_cut_short", {});
            std::_Exit(EXIT_SUCCESS);
    }
}

}  // namespace

Result<void> serve(Settings const& settings) {
    log::configure(settings.log_level, settings.log_format);
    Signals signals;
    auto const descriptors = raise_descriptor_limit();

    auto const identity = load_identity(settings);
    if (!identity) return std::unexpected(identity.error());
    auto made = make_data_folder(settings.data);
    if (!made) return made;
    auto const lock = ServeLock::take(settings.data);
    if (!lock) return std::unexpected(lock.error());
    forget_listening(settings.data);
    auto database = open_data(settings, kBlockingThreads);
    if (!database) return std::unexpected(std::move(database.error()));
    auto mailer = make_mailer(settings);
    if (!mailer) return std::unexpected(std::move(mailer.error()));

    auto const countries = open_countries(settings);
    if (!countries) return std::unexpected(countries.error());

    log::info("starting", {{"version", version()}, {"data", settings.data.string()}});
    SpareMemory const spare_memory;
    Program program(settings, std::move(*database), std::move(*mailer), *identity, *countries,
                    descriptors);
    auto const listening = program.start();
    if (!listening) return std::unexpected(listening.error());
    auto written = write_listening(settings.data, *listening);
    if (written) {
        announce(*listening);
        auto const signal = wait_for_stop(signals, identity->get());
        log::info("stopping", {{"signal", signal}});
        tell_supervisor("STOPPING=1");
        drain(program, signals);
    }
    program.stop();
    if (written) log::info("stopped", {});
    return written;
}

}  // namespace directfanz::app
