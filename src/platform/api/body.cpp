#include "platform/api/body.hpp"

namespace directfanz::api {
namespace {

bool is_json(std::string_view content_type) {
    auto type = content_type.substr(0, content_type.find(';'));
    while (type.ends_with(' ')) type.remove_suffix(1);
    return http::same_token(type, "application/json");
}

/// The object, or what to answer instead.
std::expected<Json, http::Response> parse(http::Request const& request) {
    if (request.body.empty()) return Json{Json::Object{}};
    // It also keeps forms of other sites out, which need no preflight (Fetch, 3.2).
    if (!is_json(request.headers.get("Content-Type").value_or(""))) {
        return std::unexpected(
            respond({.status = 415,
                     .detail = "Send the body as JSON, with Content-Type: application/json."}));
    }
    auto parsed = parse_json(request.body);
    if (!parsed) return std::unexpected(http::problem(parsed.error()));
    return std::move(*parsed);
}

}  // namespace

Body::Body(http::Request const& request)
    : json_([&] {
          auto parsed = parse(request);
          if (parsed) return std::move(*parsed);
          unreadable_ = std::move(parsed.error());
          return Json{Json::Object{}};
      }()),
      fields_(json_, Spot{.errors = &errors_, .pointer = {}}) {}

std::optional<http::Response> Body::refusal() {
    if (unreadable_) return unreadable_;
    if (!std::exchange(ended_, true)) fields_.end();
    if (errors_.empty()) return std::nullopt;
    return respond({.status = 422,
                    .detail = errors_.size() == 1 ? errors_.front().message
                                                  : "Some fields are not as they have to be.",
                    .errors = errors_});
}

}  // namespace directfanz::api
