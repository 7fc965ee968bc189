#pragma once

#include "platform/api/caller.hpp"
#include "platform/api/operation.hpp"
#include "system/http/router.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace directfanz::api {

/// One request for one operation. It outlives its handler.
struct Call {
    Operation const& operation;
    http::Request const& request;
    http::PathParameters const& parameters;
    Caller const& caller;
    /// Whether a secret was tried: a handler that is sure of the contrary says false, and what it
    /// answers is then no wrong guess (RateClass::guess), whatever its status.
    mutable bool guessed = true;

    /// The value of `{name}` in the operation's path. Throws for a name that is not there.
    std::string const& parameter(std::string_view name) const;
};

/// What an operation does once access is granted. Its error becomes a problem.
using Handler = std::function<io::Task<Result<http::Response>>(Call const& call)>;

/// 200, or another status, with `json`.
http::Response json_response(std::string json, unsigned status = 200);
/// 204.
http::Response done();
/// 202 without a body.
http::Response accepted();

}  // namespace directfanz::api
