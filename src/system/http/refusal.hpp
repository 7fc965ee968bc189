#pragma once

#include "system/http/message.hpp"

#include <optional>
#include <string_view>

namespace directfanz::http {

/// A request that is answered without a handler.
struct Refusal {
    unsigned status = 400;
    /// Of static lifetime.
    std::string_view detail;
};

/// Most header fields of a request: browsers send about twenty, proxies add a few.
inline constexpr std::size_t kMaxFields = 128;

/// Sets the request's method, path and query from what the client sent, or says why there is no
/// such request: 501 for an unknown method, 414 and 400 for an address (target.hpp).
std::optional<Refusal> set_method_and_target(Request& request, std::string_view method,
                                             std::string_view target);

/// Says whether an Expect field is one that a server can fulfil.
std::optional<Refusal> check_expectation(std::string_view expectation);

}  // namespace directfanz::http
