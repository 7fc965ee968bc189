#include "system/web_client/web_client.hpp"

#include "system/io/event_loop.hpp"
#include "system/web_client/transfer.hpp"

#include <algorithm>
#include <iterator>
#include <list>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <curl/curl.h>

namespace directfanz::web_client {

/// libcurl's multi interface on one thread. Others only put into `new_` and wake it.
///
/// It is given no more transfers than may be under way: in its own queue their time would run.
class WebClient::Transfers {
  public:
    explicit Transfers(Options options)
        : options_(std::move(options)),
          most_of_host_(std::max<std::size_t>(options_.most_at_once / 4, 1)),
          multi_(curl_multi_init()) {
        thread_ = std::jthread([this] { run(); });
    }
    ~Transfers() {
        stop();
        curl_multi_cleanup(multi_);
    }
    Transfers(Transfers const&) = delete;
    Transfers& operator=(Transfers const&) = delete;

    void start(std::unique_ptr<Transfer> transfer) {
        auto prepared = transfer->prepare(options_);
        if (!prepared) return transfer->finish(std::move(prepared.error()));
        auto error = put(transfer);
        if (transfer) return transfer->finish(std::move(error));
        curl_multi_wakeup(multi_);
    }

    void stop() {
        {
            std::lock_guard const lock(mutex_);
            stopped_ = true;
        }
        curl_multi_wakeup(multi_);
        if (thread_.joinable()) thread_.join();
    }

  private:
    /// Takes it, or says why not.
    Error put(std::unique_ptr<Transfer>& transfer) {
        std::lock_guard const lock(mutex_);
        if (stopped_) return stopping();
        if (count_ >= options_.most_waiting) {
            return {ErrorKind::unavailable, "web request",
                    "too many requests wait for their turn already"};
        }
        ++count_;
        new_.push_back(std::move(transfer));
        return {};
    }

    static Error stopping() {
        return {ErrorKind::closed, "web request", "the program is stopping"};
    }

    void run() {
        while (take_new()) {
            begin_what_fits();
            int running = 0;
            curl_multi_perform(multi_, &running);
            // It returns for a socket, a timer of libcurl's, or wakeup(); and what has ended makes
            // room at once.
            if (finish_done() == 0) curl_multi_poll(multi_, nullptr, 0, 10'000, nullptr);
        }
        for (auto& [easy, transfer] : running_) {
            curl_multi_remove_handle(multi_, easy);
            transfer->finish(stopping());
        }
        running_.clear();
        for (auto& transfer : waiting_) transfer->finish(stopping());
        waiting_.clear();
    }

    /// False when it is time to end.
    bool take_new() {
        std::lock_guard const lock(mutex_);
        std::ranges::move(new_, std::back_inserter(waiting_));
        new_.clear();
        return !stopped_;
    }

    void begin_what_fits() {
        for (auto it = waiting_.begin();
             it != waiting_.end() && running_.size() < options_.most_at_once;) {
            auto& of_host = hosts_[(*it)->host()];
            if (of_host >= most_of_host_) {
                ++it;
                continue;
            }
            ++of_host;
            auto* const easy = (*it)->easy();
            curl_multi_add_handle(multi_, easy);
            running_.emplace(easy, std::move(*it));
            it = waiting_.erase(it);
        }
    }

    /// Returns how many.
    std::size_t finish_done() {
        std::size_t count = 0;
        int left = 0;
        while (auto const* const message = curl_multi_info_read(multi_, &left)) {
            if (message->msg != CURLMSG_DONE) continue;
            // The message goes with the handle.
            auto* const easy = message->easy_handle;
            auto const code = message->data.result;
            auto found = running_.extract(easy);
            curl_multi_remove_handle(multi_, easy);
            auto const host = hosts_.find(found.mapped()->host());
            if (--host->second == 0) hosts_.erase(host);
            {
                std::lock_guard const lock(mutex_);
                --count_;
            }
            found.mapped()->finish(code);
            ++count;
        }
        return count;
    }

    Options const options_;
    std::size_t const most_of_host_;
    CURLM* multi_;
    std::mutex mutex_;
    bool stopped_ = false;
    /// In new_, waiting_ and running_.
    std::size_t count_ = 0;
    std::vector<std::unique_ptr<Transfer>> new_;
    // The thread's own:
    std::list<std::unique_ptr<Transfer>> waiting_;
    std::unordered_map<void*, std::unique_ptr<Transfer>> running_;
    /// How many of running_ a host has.
    std::unordered_map<std::string, std::size_t> hosts_;
    std::jthread thread_;
};

WebClient::WebClient(Options options)
    : transfers_(std::make_unique<Transfers>(std::move(options))) {}

WebClient::~WebClient() = default;

void WebClient::start(Request request, std::move_only_function<void(Result<Response>)> done) {
    transfers_->start(std::make_unique<Transfer>(std::move(request), std::move(done)));
}

io::Task<Result<Response>> WebClient::send(Request request) {
    auto& loop = *io::EventLoop::current();
    std::optional<Result<Response>> result;
    // The coroutine stays suspended, and so `result` where it is, until it is resumed here.
    auto initiate = [this, &loop, &result](auto handler, Request asked) {
        auto done = [&loop, &result, handler = std::move(handler)](Result<Response> got) mutable {
            result.emplace(std::move(got));
            loop.post([handler = std::move(handler)]() mutable { std::move(handler)(); });
        };
        start(std::move(asked), std::move(done));
    };
    co_await io::asio::async_initiate<io::asio::use_awaitable_t<io::Executor> const, void()>(
        initiate, io::awaiting, std::move(request));
    co_return std::move(*result);
}

void WebClient::stop() {
    transfers_->stop();
}

std::string_view Response::header(std::string_view name) const {
    auto const found = std::ranges::find(headers, name, &Header::name);
    return found == headers.end() ? std::string_view() : std::string_view(found->value);
}

}  // namespace directfanz::web_client
