#include "system/http/router.hpp"

#include <algorithm>
#include <utility>

namespace directfanz::http {
namespace {

bool is_placeholder(std::string_view segment) {
    return segment.starts_with('{') && segment.ends_with('}');
}

bool takes_the_rest(std::string_view segment) {
    return is_placeholder(segment) && segment.ends_with("...}");
}

/// Takes the first segment of "/a/b" off.
std::string_view take_segment(std::string_view& path) {
    path.remove_prefix(1);
    auto const segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

}  // namespace

void Router::add(Method method, std::string_view pattern, Handler handler) {
    Route route{.method = method, .segments = {}, .handler = std::move(handler)};
    while (!pattern.empty()) route.segments.emplace_back(take_segment(pattern));
    routes_.push_back(std::move(route));
}

std::optional<PathParameters> Router::match(Route const& route, std::string_view path) {
    PathParameters parameters;
    for (auto const& segment : route.segments) {
        if (takes_the_rest(segment)) {
            parameters.emplace_back(path.substr(std::min<std::size_t>(1, path.size())));
            return parameters;
        }
        if (path.empty()) return std::nullopt;
        auto const value = take_segment(path);
        if (is_placeholder(segment)) {
            if (value.empty()) return std::nullopt;
            parameters.emplace_back(value);
        } else if (value != segment) {
            return std::nullopt;
        }
    }
    if (!path.empty()) return std::nullopt;
    return parameters;
}

io::Task<Response> Router::route(Request const& request) const {
    auto const wanted = request.method == Method::head ? Method::get : request.method;
    for (auto const& candidate : routes_) {
        if (candidate.method != wanted) continue;
        auto const parameters = match(candidate, request.path);
        if (!parameters) continue;
        auto response = co_await candidate.handler(request, *parameters);
        co_return response;
    }
    auto response = without_handler(request);
    if (response.status == 404 && wanted == Method::get && lost_) {
        if (auto page = lost_(request)) co_return std::move(*page);
    }
    co_return response;
}

Response Router::without_handler(Request const& request) const {
    std::string allow;
    for (auto const method :
         {Method::get, Method::post, Method::put, Method::patch, Method::delete_}) {
        auto const answers = [&](Route const& candidate) {
            return candidate.method == method &&
                   (request.path == "*" || match(candidate, request.path));
        };
        if (!std::ranges::any_of(routes_, answers)) continue;
        if (method == Method::get) allow += "GET, HEAD, ";
        if (method != Method::get) allow += std::string(to_string(method)) + ", ";
    }
    if (allow.empty()) return problem(404, "there is nothing at this address");
    allow += "OPTIONS";

    if (request.method != Method::options) {
        auto response = problem(405, "this address does not take this method");
        response.headers.add("Allow", std::move(allow));
        return response;
    }
    Response response{.status = 204, .headers = {}, .body = {}};
    response.headers.add("Access-Control-Allow-Methods", allow);
    // The wildcard does not cover Authorization (Fetch, CORS-preflight fetch).
    response.headers.add("Access-Control-Allow-Headers", "*, Authorization");
    response.headers.add("Access-Control-Max-Age", "86400");
    response.headers.add("Allow", std::move(allow));
    return response;
}

}  // namespace directfanz::http
