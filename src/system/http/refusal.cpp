#include "system/http/refusal.hpp"

#include "system/http/target.hpp"

#include <utility>

namespace directfanz::http {

std::optional<Refusal> set_method_and_target(Request& request, std::string_view method,
                                             std::string_view target) {
    auto const known = parse_method(method);
    if (!known) return Refusal{.status = 501, .detail = "no address here knows this method"};
    request.method = *known;
    if (*known == Method::options && target == "*") {
        request.path = "*";
        return std::nullopt;
    }
    auto parsed = parse_target(target);
    if (!parsed && parsed.error().kind == ErrorKind::too_large) {
        return Refusal{.status = 414, .detail = "the address is too long"};
    }
    if (!parsed) {
        return Refusal{.status = 400, .detail = "the address in the request is malformed"};
    }
    request.path = std::move(parsed->path);
    request.query = std::move(parsed->query);
    return std::nullopt;
}

std::optional<Refusal> check_expectation(std::string_view expectation) {
    if (same_token(expectation, "100-continue")) return std::nullopt;
    return Refusal{.status = 417, .detail = "the only expectation is 100-continue"};
}

}  // namespace directfanz::http
