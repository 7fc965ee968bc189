#include "platform/api/problem.hpp"

#include "base/log.hpp"

#include <array>
#include <cstddef>

#include <nlohmann/json.hpp>

namespace directfanz::api {
namespace {

constexpr std::array<std::string_view, 13> kCodes{
    "required", "unknown", "type",   "too_short", "too_long", "too_small", "too_large",
    "too_many", "format",  "choice", "taken",     "mismatch", "weak"};

}  // namespace

std::string_view to_string(Code code) {
    return kCodes[static_cast<std::size_t>(code)];
}

http::Response respond(Problem const& problem) {
    nlohmann::ordered_json document{
        {"type", problem.name.empty() ? "about:blank" : "/problems/" + std::string(problem.name)},
        {"title", http::reason_phrase(problem.status)},
        {"status", problem.status},
        {"detail", problem.detail}};
    for (auto const& error : problem.errors) {
        nlohmann::ordered_json told{
            {"field", error.field}, {"code", to_string(error.code)}, {"message", error.message}};
        if (error.limit) told["limit"] = *error.limit;
        document["errors"].push_back(std::move(told));
    }
    return http::text_response(
        problem.status, "application/problem+json",
        document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

http::Response field_problem(FieldError error) {
    Problem problem{.status = 422, .detail = error.message};
    problem.errors.push_back(std::move(error));
    return respond(problem);
}

http::Response respond(Error const& error, std::string_view operation, std::uint64_t connection) {
    switch (error.kind) {
        case ErrorKind::invalid:
        case ErrorKind::unsupported:
        case ErrorKind::too_large:
        case ErrorKind::denied:
        case ErrorKind::not_found:
        case ErrorKind::conflict:
            return http::problem(error);
        case ErrorKind::timeout:
        case ErrorKind::unavailable:
        case ErrorKind::closed:
        case ErrorKind::io:
            break;
    }
    log::error("operation_failed", {{"operation", operation}, {"error", describe(error)}},
               {{"connection", connection}});
    if (error.kind == ErrorKind::io) {
        return respond(
            {.status = 500,
             .detail = "This has failed here, and it is written down. Try again later."});
    }
    auto response = respond(
        {.status = 503, .detail = "This cannot be done at present. Try again in a moment."});
    response.headers.add("Retry-After", "1");
    return response;
}

}  // namespace directfanz::api
