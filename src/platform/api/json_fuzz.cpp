#include "platform/api/body.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

/// Any body read by every reader: an answer comes, and the same one twice; what the readers were
/// content with keeps their rules.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace directfanz;
    using namespace directfanz::api;
    constexpr std::string_view kChoices[] = {"low", "normal"};
    http::Request request;
    request.headers.add("Content-Type", "application/json");
    request.body.assign(reinterpret_cast<char const*>(data), size);

    Body body(request);
    auto const title = body->required("title", Text{.least = 1, .most = 10});
    auto const text = body->nullable("text", Text{.most = 20, .kind = TextKind::text});
    auto const count = body->optional("count", Integer{.least = -5, .most = 5});
    auto const tags = body->optional(
        "tags", ListOf{.item = Text{.most = 5}, .least = 0, .most = 3, .unique = true});
    body->optional("flag", Boolean{});
    auto const choice = body->optional("choice", OneOf<int>{kChoices});
    body->optional("at", Moment{});
    auto const read_inside = [](Fields& inside) {
        return inside.required("links", Boolean{}) && inside.required("secret", Text{}).empty();
    };
    body->optional("chat", ObjectOf{read_inside});

    auto const refused = body.refusal();
    auto const again = body.refusal();
    if (refused.has_value() != again.has_value()) std::abort();
    if (refused) {
        if (refused->status < 400 || refused->status > 499) std::abort();
        return 0;
    }
    if (title.empty() || title.find('\n') != std::string::npos) std::abort();
    if (text && *text && (*text)->find('\0') != std::string::npos) std::abort();
    if (count && (*count < -5 || *count > 5)) std::abort();
    if (tags && tags->size() > 3) std::abort();
    if (choice && *choice > 1) std::abort();
    return 0;
}
