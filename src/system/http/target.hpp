#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace directfanz::http {

/// Longest request target, path and query together.
inline constexpr std::size_t kMaxTargetBytes = 8 * 1024;
/// Most parameters in a query; far more than any page of ours sends.
inline constexpr std::size_t kMaxQueryParameters = 64;

struct Target {
    /// As Request::path.
    std::string path;
    /// As Request::query.
    std::string query;
};

/// Takes a request target apart: origin-form "/a/b?c=d", or absolute-form "http://host/a/b?c=d"
/// (RFC 9112, 3.2). The path is decoded once, never twice.
///
/// Errors: `too_large` above kMaxTargetBytes; `invalid` for a malformed escape, for "." and ".."
/// segments (clients resolve them before they ask), for backslashes, encoded slashes, control
/// characters and '#', which different programs read differently, and for too many parameters.
Result<Target> parse_target(std::string_view target);

/// Decoded value of the first parameter of that name in "a=b&c=d"; '+' is a space. A parameter
/// without '=' has the empty value.
std::optional<std::string> find_query_parameter(std::string_view query, std::string_view name);

/// The text with its %XX escapes decoded; nothing if one is malformed.
std::optional<std::string> percent_decode(std::string_view text);

}  // namespace directfanz::http
