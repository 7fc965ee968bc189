#include "platform/api/api.hpp"

#include "platform/api/guard.hpp"
#include "platform/api/problem.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

namespace directfanz::api {
namespace {

/// Pages of all sites may ask, without cookies, and read what is told about limits and versions.
void share(http::Response& response) {
    if (!response.headers.contains("Access-Control-Allow-Origin")) {
        response.headers.add("Access-Control-Allow-Origin", "*");
    }
    response.headers.set("Access-Control-Expose-Headers",
                         "ETag, Location, RateLimit-Limit, RateLimit-Policy, RateLimit-Remaining, "
                         "RateLimit-Reset, Retry-After");
}

http::Response no_such_key() {
    return respond({.status = 400,
                    .detail = "An Idempotency-Key has 1 to 100 visible ASCII characters.",
                    .errors = {{.field = "Idempotency-Key",
                                .code = Code::format,
                                .message = "This has to be 1 to 100 visible ASCII characters.",
                                .limit = kMaxIdempotencyKey}}});
}

bool is_key(std::string_view text) {
    return !text.empty() && text.size() <= kMaxIdempotencyKey &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

/// What tries a secret counts as a request like others, too: given back is only the guess.
Allowance take(RateLimiter& limiter, RateClass rate, std::string_view whom) {
    auto const now = steady_now();
    if (rate == RateClass::guess) {
        if (auto const any = limiter.take(RateClass::read, whom, now); !any.granted) return any;
    }
    return limiter.take(rate, whom, now);
}

}  // namespace

void Api::on(std::string_view id, Handler handler) {
    auto const* const operation = find_operation(id);
    if (operation == nullptr) {
        throw std::logic_error("the contract has no operation " + std::string(id));
    }
    if (std::ranges::find(bound_, operation, &Bound::operation) != bound_.end()) {
        throw std::logic_error("there are two handlers for " + std::string(id));
    }
    bound_.push_back({operation, std::move(handler)});
}

std::vector<std::string_view> Api::missing() const {
    std::vector<std::string_view> ids;
    for (auto const& operation : operations()) {
        if (std::ranges::find(bound_, &operation, &Bound::operation) == bound_.end()) {
            ids.push_back(operation.id);
        }
    }
    return ids;
}

void Api::add_to(http::Router& router) {
    for (auto const& bound : bound_) {
        router.add(
            bound.operation->method, bound.operation->path,
            [this, &bound](http::Request const& request, http::PathParameters const& parameters) {
                return answer(bound, request, parameters);
            });
    }
}

io::Task<http::Response> Api::answer(Bound const& bound, http::Request const& request,
                                     http::PathParameters const& parameters) {
    auto const& operation = *bound.operation;
    Counted counted{.address = counted_address(request.remote_address), .account = {}, .told = {}};
    counted.told = take(by_address_, operation.rate, counted.address);
    http::Response response;
    if (auto refused = refuse_too_many(counted.told)) {
        response = std::move(*refused);
    } else {
        response = co_await identified(bound, request, parameters, counted);
        // What was no wrong guess does not make the next one wait.
        if (operation.rate == RateClass::guess &&
            (!counted.guessed || response.status < 400 || response.status >= 500)) {
            by_address_.give_back(operation.rate, counted.address, steady_now());
            if (!counted.account.empty()) {
                by_account_.give_back(operation.rate, counted.account, steady_now());
            }
        }
    }
    challenge(response);
    tell_limit(response, counted.told);
    share(response);
    co_return response;
}

io::Task<http::Response> Api::identified(Bound const& bound, http::Request const& request,
                                         http::PathParameters const& parameters, Counted& counted) {
    auto const& operation = *bound.operation;
    auto identity = co_await authenticator_.identify(request);
    if (!identity) co_return refuse_identity(identity.error(), operation, request);
    auto const caller = seen_by(operation, std::move(*identity));
    if (caller.signed_in()) {
        counted.account = caller.account.value();
        auto const own = take(by_account_, operation.rate, counted.account);
        if (own.remaining < counted.told.remaining || !own.granted) counted.told = own;
        if (auto refused = refuse_too_many(own)) co_return std::move(*refused);
    }
    if (auto refused = refuse_forged(request, caller)) co_return std::move(*refused);
    if (auto refused = refuse_access(operation, caller)) co_return std::move(*refused);
    if (auto refused = refuse_scope(operation, caller)) co_return std::move(*refused);
    Call const call{operation, request, parameters, caller};
    if (!is_unsafe(request.method)) {
        auto response = co_await handled(bound.handler, call);
        counted.guessed = call.guessed;
        co_return response;
    }
    // What changes something is not left half done because its client has gone.
    auto const before = co_await io::asio::this_coro::throw_if_cancelled();
    co_await io::asio::this_coro::throw_if_cancelled(false);
    std::exception_ptr failure;
    http::Response response;
    try {
        response = co_await handled_once(bound.handler, call);
    } catch (...) {
        failure = std::current_exception();
    }
    counted.guessed = call.guessed;
    co_await io::asio::this_coro::throw_if_cancelled(before);
    if (failure) std::rethrow_exception(failure);
    co_return response;
}

io::Task<http::Response> Api::handled_once(Handler const& handler, Call const& call) {
    auto const key = call.request.headers.get("Idempotency-Key");
    if (!call.operation.idempotent || !key || !call.caller.signed_in()) {
        auto response = co_await handled(handler, call);
        co_return response;
    }
    if (!is_key(*key)) co_return no_such_key();
    // The same body may be sent to other things: a new key for another stream is another request.
    auto const asked = fmt::format("{}\n{}", call.request.path, call.request.body);
    auto begun = co_await idempotency_.begin(call.caller.account, call.operation.id, *key, asked,
                                             wall_now());
    if (!begun) co_return respond(begun.error(), call.operation.id, call.request.connection);
    if (auto* const known = std::get_if<http::Response>(&*begun)) co_return std::move(*known);
    auto ticket = std::get<Idempotency::Ticket>(std::move(*begun));
    http::Response response;
    try {
        response = co_await handled(handler, call);
    } catch (...) {
        idempotency_.forget(std::move(ticket));
        throw;
    }
    co_await idempotency_.finish(std::move(ticket), response);
    co_return response;
}

io::Task<http::Response> Api::handled(Handler const& handler, Call const& call) {
    auto result = co_await handler(call);
    if (result) co_return std::move(*result);
    co_return respond(result.error(), call.operation.id, call.request.connection);
}

}  // namespace directfanz::api
