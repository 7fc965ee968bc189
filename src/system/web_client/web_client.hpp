#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "system/io/task.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::web_client {

/// Which hosts may be asked. What somebody else wrote into a form must not reach this machine, its
/// network, or a cloud's metadata.
enum class Reach { public_only, anywhere };

struct Options {
    Reach reach = Reach::public_only;
    /// Requests at a time, further ones wait for their turn; one host gets a quarter of them, so
    /// that a slow one leaves room for others.
    std::size_t most_at_once = 32;
    /// Requests under way and waiting; further ones are unavailable at once.
    std::size_t most_waiting = 2'000;
    milliseconds connect_timeout{5'000};
    /// For a whole request, from its turn on.
    milliseconds timeout{10'000};
    /// Of an answer's body; the rest of it is not read.
    std::size_t most_body = 64 * 1024;
    std::string user_agent = "DirectFanz";
};

struct Header {
    std::string name;
    std::string value;
};

struct Request {
    /// http or https.
    std::string url;
    std::string method = "GET";
    std::vector<Header> headers = {};
    /// Sent as it is; with GET only if it is not empty.
    std::string body = {};
};

struct Response {
    int status = 0;
    /// Names in lower case; at most kMostHeaders.
    std::vector<Header> headers;
    std::string body;
    /// The body had more than Options::most_body.
    bool truncated = false;
    milliseconds took{0};

    /// Empty if there is none.
    std::string_view header(std::string_view name) const;
};

inline constexpr std::size_t kMostHeaders = 100;
inline constexpr std::size_t kMaxUrlLength = 2'000;

/// Error: invalid, in words for who wrote it: not http or https, with a user or password, without
/// a host, too long.
Result<void> check_url(std::string_view url);
/// Of what check_url() takes.
std::string host_of(std::string_view url);

/// Asks other people's servers, by libcurl on a thread of its own: however slow one is, others are
/// not held up, nor is any loop. Redirects are not followed, cookies not kept, proxies of the
/// environment not used; certificates are checked.
class WebClient {
  public:
    explicit WebClient(Options options = {});
    /// As stop().
    ~WebClient();
    WebClient(WebClient const&) = delete;
    WebClient& operator=(WebClient const&) = delete;

    /// Any answer is a response, whatever its status. On a loop; it takes no cancellation, and is
    /// over within the timeout or with stop().
    ///
    /// Errors: invalid (the request), denied (an address that is not public), timeout, closed
    /// (stopped), unavailable for all other failures; the sentence says what happened.
    io::Task<Result<Response>> send(Request request);

    /// The same for threads without a loop; `done` is called once, on the client's thread, and must
    /// be quick.
    void start(Request request, std::move_only_function<void(Result<Response>)> done);

    /// Ends what is under way with `closed`, and takes nothing on any more. From any thread but the
    /// client's.
    void stop();

  private:
    class Transfers;

    std::unique_ptr<Transfers> transfers_;
};

}  // namespace directfanz::web_client
