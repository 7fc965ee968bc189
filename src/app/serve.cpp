#include "app/serve.hpp"

#include "app/broadcasting.hpp"
#include "app/data_folder.hpp"
#include "app/pages.hpp"
#include "app/signals.hpp"
#include "app/version.hpp"
#include "base/log.hpp"
#include "media/ingest/rtmp/listener.hpp"
#include "platform/streams/gate.hpp"
#include "platform/streams/lookup.hpp"
#include "platform/streams/routes.hpp"
#include "platform/streams/store.hpp"
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

/// Everything that runs, in the order of its making: later members use earlier ones.
class Program {
  public:
    Program(Settings const& settings, std::unique_ptr<db::Database> database,
            std::size_t descriptors)
        : settings_(settings),
          descriptors_(descriptors),
          database_(std::move(database)),
          store_(*database_),
          blocking_(kBlockingThreads),
          loops_(loop_count(settings)),
          gate_(store_, blocking_,
                {.failures = static_cast<unsigned>(settings.key_failures),
                 .window = settings.key_failure_window}),
          keeper_(store_, blocking_),
          broadcasting_(loops_, gate_, keeper_, settings),
          rtmp_(loops_, broadcasting_.target(), rtmp_settings(settings)),
          lookup_(store_, blocking_),
          // Pages take paths, which work by whatever name they reached the server.
          stream_routes_(lookup_, broadcasting_.states(),
                         {.http = settings.public_url, .rtmp = {}}) {}

    Result<Listening> start() {
        auto routed = add_routes();
        if (!routed) return std::unexpected(std::move(routed.error()));
        auto http = listen_http();
        if (!http) return std::unexpected(std::move(http.error()));
        auto const rtmp = listen_rtmp();
        if (!rtmp) return std::unexpected(rtmp.error());
        Listening listening{.http = address_of(*http), .rtmp = io::to_string(*rtmp)};

        auto const limits = http_limits(descriptors_, loops_.size());
        for (std::size_t i = 0; i < loops_.size(); ++i) {
            auto server = std::make_unique<http::Server>(loops_[i], router_, limits);
            server->trust(
                {.addresses = trusted_proxies(settings_), .header = settings_.forwarded_header});
            server->serve(std::move((*http)[i]));
            servers_.push_back(std::move(server));
        }
        broadcasting_.start();
        loops_.start();
        return listening;
    }

    /// Calls `done`, on some loop, when nobody is connected any more.
    void drain(SteadyTime deadline, std::function<void()> done) {
        broadcasting_.stop_waiting();
        draining_ = servers_.size() + 1;
        loops_[0].spawn(drain_rtmp(rtmp_, deadline, draining_, done));
        for (std::size_t i = 0; i < loops_.size(); ++i) {
            loops_[i].spawn(drain_server(*servers_[i], deadline, draining_, done));
        }
    }

    /// Joins all threads.
    void stop() {
        loops_.stop();
        blocking_.stop();
    }

  private:
    Result<void> add_routes() {
        broadcasting_.add_routes(router_);
        stream_routes_.add_to(router_);
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
        // One document, which chooses the page by the address.
        pages_.add_page(router_, "/streaming/live", "index.html");
        pages_.add_page(router_, "/streaming/live/{stream}", "index.html");
        return {};
    }

    Result<std::vector<io::TcpAcceptor>> listen_http() {
        auto const endpoint = io::parse_endpoint(settings_.http);
        if (!endpoint) return std::unexpected(endpoint.error());
        auto acceptors = io::listen_all(loops_, *endpoint);
        if (!acceptors) acceptors.error().where = "http";
        return acceptors;
    }

    Result<io::Tcp::endpoint> listen_rtmp() {
        auto const endpoint = io::parse_endpoint(settings_.rtmp);
        if (!endpoint) return std::unexpected(endpoint.error());
        auto listening = rtmp_.listen(*endpoint);
        if (!listening) listening.error().where = "rtmp";
        return listening;
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
    std::size_t descriptors_;
    std::unique_ptr<db::Database> database_;
    streams::StreamStore store_;
    io::BlockingPool blocking_;
    io::LoopPool loops_;
    streams::StreamGate gate_;
    streams::SequenceKeeper keeper_;
    Broadcasting broadcasting_;
    rtmp::Listener rtmp_;
    streams::StreamLookup lookup_;
    streams::StreamRoutes stream_routes_;
    http::StaticFiles pages_;
    http::Router router_;
    std::vector<std::unique_ptr<http::Server>> servers_;
    std::atomic<std::size_t> draining_ = 0;
};

/// For whoever started the program.
void announce(Listening const& listening) {
    fmt::print("{{\"event\":\"listening\",\"http\":\"{}\",\"rtmp\":\"{}\"}}\n", listening.http,
               listening.rtmp);
    std::fflush(stdout);
    log::info("listening", {{"http", listening.http}, {"rtmp", listening.rtmp}});
}

/// Returns when everybody has left. A second signal, or somebody who does not leave in time, ends
/// the process here, without taking down what is still in use.
void drain(Program& program, Signals& signals) {
    auto const deadline = steady_now() + kDrainTime;
    // The last second is for those who do not leave by themselves.
    program.drain(deadline - seconds(1), [&signals] { signals.notify(); });
    switch (signals.wait_until(deadline)) {
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

    auto made = make_data_folder(settings.data);
    if (!made) return made;
    auto const lock = ServeLock::take(settings.data);
    if (!lock) return std::unexpected(lock.error());
    forget_listening(settings.data);
    auto database = open_data(settings.data, kBlockingThreads);
    if (!database) return std::unexpected(std::move(database.error()));

    log::info("starting", {{"version", version()}, {"data", settings.data.string()}});
    Program program(settings, std::move(*database), descriptors);
    auto const listening = program.start();
    if (!listening) return std::unexpected(listening.error());
    auto written = write_listening(settings.data, *listening);
    if (written) {
        announce(*listening);
        auto const signal = signals.wait();
        log::info("stopping", {{"signal", signal}});
        drain(program, signals);
    }
    program.stop();
    if (written) log::info("stopped", {});
    return written;
}

}  // namespace directfanz::app
