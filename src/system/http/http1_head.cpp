#include "system/http/http1_head.hpp"

#include <fmt/format.h>

namespace directfanz::http {

std::string serialize_head(FinalResponse const& response, Persistence persistence) {
    std::string head;
    head.reserve(768);
    fmt::format_to(std::back_inserter(head), "HTTP/1.1 {} {}\r\n", response.status,
                   reason_phrase(response.status));
    response.for_each_field([&head](std::string_view name, std::string_view value) {
        head.append(name).append(": ").append(value).append("\r\n");
    });
    if (persistence == Persistence::stated) head += "Connection: keep-alive\r\n";
    if (persistence == Persistence::ends) head += "Connection: close\r\n";
    head += "\r\n";
    return head;
}

}  // namespace directfanz::http
