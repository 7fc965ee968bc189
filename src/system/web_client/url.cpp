#include "system/web_client/web_client.hpp"

#include <algorithm>
#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>

namespace directfanz::web_client {
namespace {

struct Free {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

using Url = std::unique_ptr<CURLU, Free>;

/// Null if it cannot be read.
Url parse(std::string_view text) {
    Url url(curl_url());
    auto const whole = std::string(text);
    if (url && curl_url_set(url.get(), CURLUPART_URL, whole.c_str(), 0) != CURLUE_OK) url.reset();
    return url;
}

/// Empty if there is none.
std::string part_of(Url const& url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url.get(), part, &text, 0) != CURLUE_OK) return {};
    std::string copy(text);
    curl_free(text);
    return copy;
}

}  // namespace

Result<void> check_url(std::string_view text) {
    auto const refused = [](std::string why) {
        return fail(ErrorKind::invalid, "address", std::move(why));
    };
    if (text.size() > kMaxUrlLength) {
        return refused(fmt::format("the address is longer than {} characters", kMaxUrlLength));
    }
    auto const stands_for_itself = [](char c) { return c > 0x20 && c < 0x7f; };
    if (!std::ranges::all_of(text, stands_for_itself)) {
        return refused("the address holds blanks, or letters that have to be encoded");
    }
    if (!text.starts_with("http://") && !text.starts_with("https://")) {
        return refused("the address has to begin with https:// or http://");
    }
    auto const url = parse(text);
    if (!url || part_of(url, CURLUPART_HOST).empty()) {
        return refused("this is no address, such as https://example.org/path");
    }
    if (!part_of(url, CURLUPART_USER).empty() || !part_of(url, CURLUPART_PASSWORD).empty()) {
        return refused("an address with a user or a password in it is not taken");
    }
    return {};
}

std::string host_of(std::string_view text) {
    auto const url = parse(text);
    return url ? part_of(url, CURLUPART_HOST) : std::string();
}

}  // namespace directfanz::web_client
