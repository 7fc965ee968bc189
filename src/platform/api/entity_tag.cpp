#include "platform/api/entity_tag.hpp"

#include "platform/api/problem.hpp"

#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace directfanz::api {
namespace {

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

}  // namespace

std::string entity_tag(std::int64_t version) {
    return fmt::format("\"{}\"", version);
}

void set_entity_tag(http::Response& response, std::int64_t version) {
    response.headers.set("ETag", entity_tag(version));
}

std::expected<Precondition, http::Response> Precondition::of(Call const& call) {
    auto const list = call.request.headers.joined("If-Match");
    if (trimmed(list).empty()) {
        return std::unexpected(
            respond({.status = 428,
                     .detail = "Send the ETag of what you have edited as If-Match, so that nobody "
                               "else's change is lost."}));
    }
    return Precondition(std::string(trimmed(list)));
}

bool Precondition::allows(std::int64_t version) const {
    if (any()) return true;
    auto const wanted = entity_tag(version);
    // Tags of ours hold no comma.
    std::string_view rest = list_;
    while (!rest.empty()) {
        auto const tag = rest.substr(0, rest.find(','));
        if (trimmed(tag) == wanted) return true;
        rest.remove_prefix(std::min(tag.size() + 1, rest.size()));
    }
    return false;
}

http::Response changed_meanwhile() {
    return respond({.status = 412,
                    .detail = "Somebody has changed this meanwhile. Look at it again and repeat "
                              "your change."});
}

}  // namespace directfanz::api
