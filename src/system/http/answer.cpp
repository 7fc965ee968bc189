#include "system/http/answer.hpp"

#include "base/log.hpp"

#include <exception>
#include <utility>

#include <boost/asio/this_coro.hpp>

namespace directfanz::http {
namespace {

Response failure_of(std::exception_ptr const& failure, Request const& request) {
    std::string what = "unknown";
    try {
        std::rethrow_exception(failure);
    } catch (std::exception const& e) {
        what = e.what();
    } catch (...) {
        what = "an exception of another type";
    }
    log::error("request_failed", {{"connection", request.connection},
                                  {"method", to_string(request.method)},
                                  {"path", request.path},
                                  {"error", what}});
    return problem(500, "the server failed on this request; its log says why");
}

}  // namespace

io::Task<FinalResponse> answer(Router const& router, Request const& request) {
    auto redirection = redirect_to_https(router.encryption(), request);
    if (redirection) co_return finish(request, std::move(*redirection));
    Response response;
    std::exception_ptr failure;
    try {
        auto answered = co_await router.route(request);
        response = std::move(answered);
    } catch (...) {
        failure = std::current_exception();
    }
    if (failure) {
        auto const state = co_await io::asio::this_coro::cancellation_state;
        if (state.cancelled() != io::asio::cancellation_type::none) {
            std::rethrow_exception(failure);
        }
        response = failure_of(failure, request);
    }
    add_hsts(router.encryption(), request, response);
    co_return finish(request, std::move(response));
}

}  // namespace directfanz::http
