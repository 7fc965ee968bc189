#pragma once

#include "platform/api/access.hpp"
#include "system/http/message.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace directfanz::api {

/// A line of the contract (api/openapi.yaml).
struct Operation {
    /// "createStream"
    std::string_view id;
    http::Method method;
    /// "/api/v1/streams/{stream}", as http::Router takes it.
    std::string_view path;
    Access access;
    /// Without one a token is of no use.
    std::optional<Scope> scope;
    RateClass rate;
    /// Takes an Idempotency-Key.
    bool idempotent;
};

/// All of the contract, in its order.
std::span<Operation const> operations();

/// Null if the contract has none of this id.
Operation const* find_operation(std::string_view id);

}  // namespace directfanz::api
