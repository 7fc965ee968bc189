#include "system/http/server.hpp"

#include "base/log.hpp"
#include "system/http/session.hpp"
#include "system/io/connection_number.hpp"
#include "system/io/scope.hpp"
#include "system/io/seldom.hpp"
#include "system/io/tcp_stream.hpp"
#include "system/io/timer.hpp"
#include "system/io/tls_stream.hpp"

#include <algorithm>
#include <exception>
#include <list>
#include <utility>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>

namespace directfanz::http {
namespace {

/// What is spoken inside TLS, the best first.
constexpr io::Alpn kAlpn = "\x02h2\x08http/1.1";

constexpr milliseconds kLongestSweep{1000};
constexpr milliseconds kShortestSweep{5};
/// After a drain's deadline, for handlers that await what cannot be cancelled: a database call.
constexpr milliseconds kAbortTime{1000};

milliseconds sweep_interval(ServerLimits const& limits) {
    auto const shortest = std::min({limits.request_time, limits.idle_time, limits.write_stall});
    return std::clamp(shortest / 4, kShortestSweep, kLongestSweep);
}

}  // namespace

/// Shared with every coroutine that it started: one that is suspended when its loop stops is
/// destroyed with the loop, after the Server.
class Server::Impl : public std::enable_shared_from_this<Impl> {
  public:
    Impl(io::EventLoop& loop, Router const& router, ServerLimits limits)
        : context{.router = router, .limits = limits, .counters = {}},
          loop_(loop),
          accepting_(loop),
          sweeping_(loop),
          emptied_(loop.executor()) {}

    void start() { sweeping_.spawn(sweep(shared_from_this())); }

    void serve(io::TcpAcceptor acceptor, std::shared_ptr<io::TlsIdentity> identity) {
        accepting_.spawn(accept(shared_from_this(), std::move(acceptor), std::move(identity)));
    }

    io::Task<> drain(SteadyTime deadline) {
        context.draining = true;
        accepting_.cancel();
        co_await accepting_.drained();
        for (auto& entry : entries_) entry.session.close_if_idle();
        co_await emptied_until(deadline);
        abort_all();
        co_await emptied_until(steady_now() + kAbortTime);
        sweeping_.cancel();
        co_await sweeping_.drained();
    }

    /// Without waiting.
    void close() {
        context.draining = true;
        accepting_.cancel();
        sweeping_.cancel();
        abort_all();
    }

    std::size_t size() const { return entries_.size(); }

    ServerContext context;

  private:
    struct Entry;
    using Entries = std::list<Entry>;
    struct Entry {
        Entry(std::unique_ptr<io::ByteStream> stream, Peer peer, ServerContext& server)
            : session(std::move(stream), std::move(peer), server) {}

        Session session;
        io::asio::cancellation_signal cancel;
    };
    /// What runs when a connection has ended. It names its slot itself, without an executor, for
    /// the reason that io::Scope tells.
    struct Completion {
        using cancellation_slot_type = io::asio::cancellation_slot;

        std::shared_ptr<Impl> server;
        Entries::iterator entry;

        cancellation_slot_type get_cancellation_slot() const noexcept {
            return entry->cancel.slot();
        }
        void operator()(std::exception_ptr const& failure) { server->ended(entry, failure); }
    };

    static io::Task<> accept(std::shared_ptr<Impl> self, io::TcpAcceptor acceptor,
                             std::shared_ptr<io::TlsIdentity> identity) {
        co_await io::accept_loop(acceptor, [self, identity](io::TcpSocket socket) {
            self->take(std::move(socket), identity.get());
        });
    }

    static io::Task<> sweep(std::shared_ptr<Impl> self) {
        auto const interval = sweep_interval(self->context.limits);
        io::SteadyTimer timer(self->loop_.executor());
        for (;;) {
            timer.expires_after(interval);
            co_await timer.async_wait(io::awaiting);
            auto const now = steady_now();
            for (auto next = self->entries_.begin(); next != self->entries_.end();) {
                auto const entry = next++;
                if (entry->session.sweep(now) == Connection::Verdict::abandon) {
                    entry->cancel.emit(io::asio::cancellation_type::all);
                }
            }
        }
    }

    void take(io::TcpSocket socket, io::TlsIdentity const* identity) {
        ++context.counters.accepted;
        if (entries_.size() >= context.limits.connections) {
            ++context.counters.turned_away;
            if (limit_warning_.due(steady_now())) {
                log::warning("http_connections_turned_away",
                             {{"limit", context.limits.connections},
                              {"turned_away", context.counters.turned_away}});
            }
            return;
        }
        Peer peer{.address = io::address_of(socket), .connection = io::next_connection_number()};
        std::unique_ptr<io::ByteStream> stream;
        if (identity != nullptr) {
            stream = std::make_unique<io::TlsStream>(std::move(socket), identity->current(), kAlpn);
        } else {
            stream = std::make_unique<io::TcpStream>(std::move(socket));
        }
        auto const entry =
            entries_.emplace(entries_.end(), std::move(stream), std::move(peer), context);
        io::asio::co_spawn(loop_.context(), entry->session.run(),
                           Completion{shared_from_this(), entry});
    }

    void ended(Entries::iterator entry, std::exception_ptr const& failure) {
        if (failure && entry->session.owes_answer()) ++context.counters.responses[0];
        auto const& peer = entry->session.peer();
        log::Context const who{{"connection", peer.connection}, {"remote", peer.address}};
        entries_.erase(entry);
        if (entries_.empty()) emptied_.cancel();
        if (!failure) return;
        try {
            std::rethrow_exception(failure);
        } catch (boost::system::system_error const& e) {
            if (e.code() == io::asio::error::operation_aborted) return;
            log::error("connection_failed", {{"error", e.what()}}, who);
        } catch (std::exception const& e) {
            log::error("connection_failed", {{"error", e.what()}}, who);
        }
    }

    void abort_all() {
        for (auto next = entries_.begin(); next != entries_.end();) {
            auto const entry = next++;
            entry->cancel.emit(io::asio::cancellation_type::all);
        }
    }

    io::Task<> emptied_until(SteadyTime deadline) {
        if (entries_.empty()) co_return;
        emptied_.expires_at(deadline);
        boost::system::error_code ignored;
        co_await emptied_.async_wait(io::asio::redirect_error(io::awaiting, ignored));
    }

    io::EventLoop& loop_;
    io::Scope accepting_;
    io::Scope sweeping_;
    /// Cancelled when the last connection goes.
    io::SteadyTimer emptied_;
    Entries entries_;
    io::Seldom limit_warning_{io::kLimitWarningInterval};
};

Server::Server(io::EventLoop& loop, Router const& router, ServerLimits limits)
    : impl_(std::make_shared<Impl>(loop, router, limits)) {
    impl_->start();
}

Server::~Server() {
    impl_->close();
}

void Server::trust(ProxyTrust proxies) {
    impl_->context.proxies = std::move(proxies);
}

void Server::serve(io::TcpAcceptor acceptor, std::shared_ptr<io::TlsIdentity> identity) {
    impl_->serve(std::move(acceptor), std::move(identity));
}

io::Task<> Server::drain(SteadyTime deadline) {
    auto const impl = impl_;
    co_await impl->drain(deadline);
}

ServerCounters const& Server::counters() const {
    return impl_->context.counters;
}

std::size_t Server::connections() const {
    return impl_->size();
}

}  // namespace directfanz::http
