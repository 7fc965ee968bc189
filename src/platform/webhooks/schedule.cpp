#include "platform/webhooks/schedule.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string_view>

namespace directfanz::webhooks {
namespace {

/// Only the number of seconds (RFC 9110, 10.2.3): a date depends on two clocks.
std::optional<seconds> retry_after(std::string_view field) {
    std::int64_t number = 0;
    auto const read = std::from_chars(field.data(), field.data() + field.size(), number);
    if (read.ec != std::errc() || read.ptr != field.data() + field.size() || number < 0) {
        return std::nullopt;
    }
    return std::min(seconds(std::min<std::int64_t>(number, kLongestRetryAfter.count())),
                    kLongestRetryAfter);
}

/// How many bytes a well-formed UTF-8 character at the beginning has (RFC 3629, 4); 0 for none.
std::size_t character_length(std::string_view text) {
    auto const first = static_cast<unsigned char>(text.front());
    if (first < 0x80) return 1;
    auto const length = first >= 0xf0 ? 4U : first >= 0xe0 ? 3U : 2U;
    if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80) return 0;
    }
    auto const second = static_cast<unsigned char>(text[1]);
    auto const overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
    auto const outside = (first == 0xed && second > 0x9f) || (first == 0xf4 && second > 0x8f);
    return overlong || outside ? 0 : length;
}

/// What a page may show and a database may keep of anybody's bytes.
std::string readable(std::string_view text) {
    std::string shown;
    while (!text.empty()) {
        auto const length = character_length(text);
        auto const character = text.substr(0, std::max<std::size_t>(length, 1));
        text.remove_prefix(character.size());
        auto const first = static_cast<unsigned char>(character.front());
        auto const control = length == 0 || first < 0x20 || first == 0x7f;
        auto const added = control ? std::string_view(" ") : character;
        if (shown.size() + added.size() > kMostResponse) break;
        shown += added;
    }
    return shown;
}

}  // namespace

Outcome outcome_of(Result<web_client::Response> const& answer) {
    if (!answer) {
        return {.delivered = false,
                .gone = false,
                .status = {},
                .response = readable(answer.error().message),
                .retry_after = {}};
    }
    constexpr int kGone = 410;
    return {.delivered = answer->status >= 200 && answer->status < 300,
            .gone = answer->status == kGone,
            .status = answer->status,
            .response = readable(answer->body),
            .retry_after = retry_after(answer->header("retry-after"))};
}

std::optional<milliseconds> wait_after(std::int64_t tries, Outcome const& outcome, double chance) {
    if (outcome.gone || tries < 1 || tries > static_cast<std::int64_t>(kSchedule.size())) {
        return std::nullopt;
    }
    auto const planned = kSchedule[static_cast<std::size_t>(tries - 1)];
    auto const wait = std::max(planned, outcome.retry_after.value_or(seconds(0)));
    auto const factor = 0.9 + 0.2 * std::clamp(chance, 0.0, 1.0);
    return milliseconds(static_cast<std::int64_t>(
        static_cast<double>(std::chrono::duration_cast<milliseconds>(wait).count()) * factor));
}

}  // namespace directfanz::webhooks
