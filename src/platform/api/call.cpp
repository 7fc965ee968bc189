#include "platform/api/call.hpp"

#include <stdexcept>

namespace directfanz::api {

std::string const& Call::parameter(std::string_view name) const {
    std::size_t index = 0;
    auto rest = operation.path;
    for (auto open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
        rest.remove_prefix(open + 1);
        if (rest.substr(0, rest.find('}')) == name) return parameters.at(index);
        ++index;
    }
    throw std::logic_error(std::string(operation.path) + " has no {" + std::string(name) + "}");
}

http::Response json_response(std::string json, unsigned status) {
    return http::text_response(status, "application/json", std::move(json));
}

http::Response done() {
    return {.status = 204, .headers = {}, .body = {}};
}

http::Response accepted() {
    return {.status = 202, .headers = {}, .body = {}};
}

}  // namespace directfanz::api
