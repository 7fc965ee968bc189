#pragma once

#include "base/result.hpp"
#include "system/http/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::api {

/// What is wrong with a field; pages translate it.
enum class Code {
    required,
    unknown,
    type,
    too_short,
    too_long,
    too_small,
    too_large,
    too_many,
    format,
    choice,
    taken,
    mismatch,
    weak,
};

std::string_view to_string(Code code);

struct FieldError {
    /// A JSON pointer into the body ("/tags/3"), or the name of a query parameter.
    std::string field;
    Code code = Code::format;
    /// For people, in English.
    std::string message;
    /// The limit that was passed, where it is one.
    std::optional<std::int64_t> limit{};
};

/// RFC 9457.
struct Problem {
    unsigned status = 400;
    /// What to do, in words.
    std::string detail;
    /// The last part of "/problems/<name>" where a page has to act on it.
    std::string_view name{};
    std::vector<FieldError> errors{};
};

http::Response respond(Problem const& problem);

/// A 422 with one field, such as one that only the database knows to be taken.
http::Response field_problem(FieldError error);

/// What a handler's error becomes. Those that the caller caused are told as they are; unavailable,
/// timeout, closed and io are logged as `operation_failed`, and told in general words: 503
/// (Retry-After) or 500.
http::Response respond(Error const& error, std::string_view operation, std::uint64_t connection);

}  // namespace directfanz::api
