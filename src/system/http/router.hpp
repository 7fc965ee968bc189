#pragma once

#include "system/http/encryption.hpp"
#include "system/http/message.hpp"
#include "system/io/task.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::http {

/// Values of a route's {placeholders}, in the order of the pattern.
using PathParameters = std::vector<std::string>;

/// Runs on the connection's loop; may wait as long as it likes. Its exception becomes a 500
/// problem.
///
/// When the client goes away while a handler waits for long, what it awaits is cancelled: it sees
/// operation_aborted and ends. The request outlives the handler.
using Handler =
    std::function<io::Task<Response>(Request const& request, PathParameters const& parameters)>;

/// Which handler answers which method and path. Built once, then read by all loops.
class Router {
  public:
    /// Pattern "/live/{stream}/{file}": a placeholder is one whole segment, not empty. "{rest...}"
    /// at the end takes all that remains, also nothing. Of several that match, the first added
    /// answers. HEAD is answered by the GET handler.
    void add(Method method, std::string_view pattern, Handler handler);

    void set_encryption(EncryptionPolicy const& policy) { encryption_ = policy; }
    EncryptionPolicy const& encryption() const { return encryption_; }

    /// Asked before an unknown path that somebody wants to GET becomes a problem; nothing lets it.
    using Lost = std::function<std::optional<Response>(Request const& request)>;
    void set_lost(Lost lost) { lost_ = std::move(lost); }

    /// 404 problem for an unknown path, 405 with Allow for a wrong method, CORS preflight for
    /// OPTIONS.
    io::Task<Response> route(Request const& request) const;

  private:
    struct Route {
        Method method;
        std::vector<std::string> segments;
        Handler handler;
    };

    static std::optional<PathParameters> match(Route const& route, std::string_view path);
    /// For a path that has no handler for the request's method.
    Response without_handler(Request const& request) const;

    std::vector<Route> routes_;
    Lost lost_;
    EncryptionPolicy encryption_;
};

}  // namespace directfanz::http
