#include "system/webauthn/client_data.hpp"

#include <optional>

#include <nlohmann/json.hpp>

namespace directfanz::webauthn {
namespace {

using Json = nlohmann::json;

std::optional<std::string> text_of(Json const& object, char const* name) {
    auto const found = object.find(name);
    if (found == object.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
}

}  // namespace

Result<ClientData> parse_client_data(std::string_view json) {
    constexpr std::string_view kWhere = "client data";
    if (json.size() > kMaxClientData) {
        return fail(ErrorKind::too_large, kWhere, "The client data is too long.");
    }
    auto const parsed = Json::parse(json, nullptr, false);
    if (!parsed.is_object()) {
        return fail(ErrorKind::invalid, kWhere, "The client data is no JSON object.");
    }
    auto type = text_of(parsed, "type");
    auto challenge = text_of(parsed, "challenge");
    auto origin = text_of(parsed, "origin");
    if (!type || !challenge || !origin) {
        return fail(ErrorKind::invalid, kWhere,
                    "The client data lacks its type, challenge or origin.");
    }
    auto const cross = parsed.find("crossOrigin");
    if (cross != parsed.end() && !cross->is_boolean()) {
        return fail(ErrorKind::invalid, kWhere, "crossOrigin is neither true nor false.");
    }
    return ClientData{.type = std::move(*type),
                      .challenge = std::move(*challenge),
                      .origin = std::move(*origin),
                      .cross_origin = cross != parsed.end() && cross->get<bool>()};
}

}  // namespace directfanz::webauthn
