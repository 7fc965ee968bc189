#include "media/delivery/admission.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace directfanz::delivery {
namespace {

using Answer = PlaybackGate::Answer;

constexpr std::string_view kPublic = "public";
/// Tokens and rights come and go.
constexpr std::string_view kCacheRefusal = "no-store";

/// As for a stream that there is not: what is hidden looks no other.
constexpr std::string_view kCacheHidden = "public, max-age=1";

http::Response refuse(unsigned status, std::string_view detail) {
    auto response = http::problem(status, detail);
    http::set_cache_control(response, kCacheRefusal);
    return response;
}

}  // namespace

http::Response refusal(Answer answer) {
    switch (answer) {
        case Answer::token:
            return refuse(403,
                          "This address opens nothing, or nothing any more. Open the stream's page "
                          "again.");
        case Answer::country:
            // RFC 7725.
            return refuse(451,
                          "The creator does not show this stream in the country that your address "
                          "belongs to.");
        case Answer::suspended:
            return refuse(403, "The account that this stream belongs to is suspended.");
        case Answer::hidden:
        case Answer::everybody:
        case Answer::this_viewer:
            break;
    }
    auto response = http::problem(404, "This stream is not live at the moment.");
    http::set_cache_control(response, kCacheHidden);
    return response;
}

void mark_for(PlaybackGate::Verdict const& verdict, http::Response& response) {
    if (verdict.answer != Answer::this_viewer) return;
    auto const cache = response.headers.get("Cache-Control");
    if (!cache || !cache->starts_with(kPublic)) return;
    http::set_cache_control(response, "private" + std::string(cache->substr(kPublic.size())));
}

std::uint64_t viewer_of(PlaybackGate::Verdict const& verdict, http::Request const& request) {
    if (verdict.viewer != 0) return verdict.viewer;
    std::hash<std::string_view> const hash;
    auto const program = request.headers.get("User-Agent").value_or(std::string_view());
    return hash(request.remote_address) * 31 + hash(program);
}

}  // namespace directfanz::delivery
