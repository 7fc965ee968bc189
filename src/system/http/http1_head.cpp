#include "system/http/http1_head.hpp"

#include <array>
#include <charconv>

namespace directfanz::http {
namespace {

/// Most heads; a longer one grows.
constexpr std::size_t kUsualBytes = 768;

void append_number(std::string& text, unsigned number) {
    std::array<char, 10> digits{};
    auto const end = std::to_chars(digits.begin(), digits.end(), number).ptr;
    text.append(digits.data(), end);
}

void append_field(std::string& text, std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
}

/// What all heads of one second have in common, made once a second a thread.
std::string const& common_fields() {
    thread_local std::string date;
    thread_local std::string fields;
    if (auto const now = http_date_now(); now != date) {
        date = now;
        fields.clear();
        FinalResponse::for_each_common_field([](std::string_view name, std::string_view value) {
            append_field(fields, name, value);
        });
    }
    return fields;
}

}  // namespace

// Made once a request, so without fmt: that costs as much as all the rest here.
std::string serialize_head(FinalResponse const& response, Persistence persistence) {
    std::string head;
    head.reserve(kUsualBytes);
    head += "HTTP/1.1 ";
    append_number(head, response.status);
    head.append(" ").append(reason_phrase(response.status)).append("\r\n");
    response.for_each_own_field([&head](std::string_view name, std::string_view value) {
        append_field(head, name, value);
    });
    head += common_fields();
    if (persistence == Persistence::stated) head += "Connection: keep-alive\r\n";
    if (persistence == Persistence::ends) head += "Connection: close\r\n";
    head += "\r\n";
    return head;
}

}  // namespace directfanz::http
