#include "system/http/final_response.hpp"

#include "base/clock.hpp"
#include "system/http/range.hpp"

#include <algorithm>
#include <ctime>

#include <fmt/chrono.h>

namespace directfanz::http {
namespace {

constexpr std::string_view kUncached = "no-store, max-age=0";
/// A missing file may appear: a part that a player asks for a moment too early.
constexpr std::string_view kNotFoundCached = "max-age=1";

std::string_view without_weakness(std::string_view tag) {
    return tag.starts_with("W/") ? tag.substr(2) : tag;
}

/// Takes the first entity tag, as sent, off a list; empty at its end or at what is no tag.
std::string_view take_tag(std::string_view& list) {
    auto const start = list.find_first_not_of(" \t,");
    if (start == std::string_view::npos) return {};
    list.remove_prefix(start);
    auto const open = list.starts_with("W/") ? std::size_t{2} : std::size_t{0};
    if (open >= list.size() || list[open] != '"') return {};
    auto const close = list.find('"', open + 1);
    if (close == std::string_view::npos) return {};
    auto const tag = list.substr(0, close + 1);
    list.remove_prefix(close + 1);
    return tag;
}

enum class Comparison { weak, strong };

/// RFC 9110, 8.8.3.2.
bool same_tag(std::string_view a, std::string_view b, Comparison comparison) {
    if (comparison == Comparison::weak) return without_weakness(a) == without_weakness(b);
    return a == b && !a.starts_with("W/");
}

bool lists_tag(std::string_view list, std::string_view tag, Comparison comparison) {
    if (list.find_first_not_of(" \t") == list.find('*') && list.find('*') != list.npos) return true;
    for (auto listed = take_tag(list); !listed.empty(); listed = take_tag(list)) {
        if (same_tag(listed, tag, comparison)) return true;
    }
    return false;
}

bool range_applies(Request const& request, Response const& response) {
    auto const condition = request.headers.get("If-Range");
    if (!condition) return true;
    if (auto const tag = response.headers.get("ETag"); tag && condition->ends_with('"')) {
        return same_tag(*condition, *tag, Comparison::strong);
    }
    return condition == response.headers.get("Last-Modified");
}

std::vector<Blob> slice(std::vector<Blob> const& body, ByteRange range) {
    std::vector<Blob> sliced;
    auto skip = range.first;
    auto left = range.size();
    for (auto const& blob : body) {
        if (left == 0) break;
        if (skip >= blob.size()) {
            skip -= blob.size();
            continue;
        }
        sliced.push_back(blob.slice(skip, left));
        skip = 0;
        left -= sliced.back().size();
    }
    return sliced;
}

/// Fields that handlers do not decide on.
bool is_ours(std::string_view name) {
    // By length first: it is asked of every field of every answer.
    switch (name.size()) {
        case 4:
            return same_token(name, "Date");
        case 10:
            return same_token(name, "Connection");
        case 13:
            return same_token(name, "Content-Range") || same_token(name, "Accept-Ranges");
        case 14:
            return same_token(name, "Content-Length");
        case 17:
            return same_token(name, "Transfer-Encoding");
        default:
            return false;
    }
}

/// What describes a body that is not sent (RFC 9110, 15.4.5).
void remove_representation_fields(Headers& headers) {
    for (auto const* name : {"Content-Type", "Content-Encoding", "Content-Language"}) {
        headers.remove(name);
    }
}

/// A 304, 412, 206 or 416 instead of the whole, where the request's fields ask for it.
void apply_conditions(Request const& request, Response& response, std::string& content_range) {
    auto const tag = response.headers.get("ETag");
    if (request.headers.contains("If-Match") &&
        !lists_tag(request.headers.joined("If-Match"), tag.value_or(""), Comparison::strong)) {
        response = problem(412, "the entity tag is another one by now");
        return;
    }
    if (tag && request.headers.contains("If-None-Match") &&
        lists_tag(request.headers.joined("If-None-Match"), *tag, Comparison::weak)) {
        response.status = 304;
        return;
    }
    // RFC 9110, 14.2: a range has a meaning for GET alone.
    auto const field = request.headers.get("Range");
    if (request.method != Method::get || !field || !range_applies(request, response)) return;
    auto const size = response.body_size();
    auto const choice = choose_range(*field, size);
    if (choice.kind == RangeKind::unsatisfiable) {
        response = problem(416, "the range lies outside of the file");
        content_range = fmt::format("bytes */{}", size);
    } else if (choice.kind == RangeKind::partial) {
        response.status = 206;
        response.body = slice(response.body, choice.range);
        content_range = fmt::format("bytes {}-{}/{}", choice.range.first, choice.range.last, size);
    }
}

}  // namespace

FinalResponse finish(Request const& request, Response response) {
    FinalResponse final;
    auto const reads = request.method == Method::get || request.method == Method::head;
    if (reads && response.status == 200) {
        apply_conditions(request, response, final.content_range);
    }
    response.headers.remove_if(is_ours);
    auto const bodiless = response.status == 204 || response.status == 304;
    if (bodiless) {
        remove_representation_fields(response.headers);
    } else {
        final.content_length = response.body_size();
    }
    if (!bodiless && request.method != Method::head) final.body = std::move(response.body);
    if (!response.headers.contains("Cache-Control")) {
        final.default_cache_control = response.status == 404 ? kNotFoundCached : kUncached;
    }
    final.status = response.status;
    final.headers = std::move(response.headers);
    return final;
}

std::string_view http_date_now() {
    thread_local std::time_t rendered = 0;
    thread_local std::string text;
    auto const now = std::chrono::system_clock::to_time_t(wall_now());
    if (now != rendered || text.empty()) {
        rendered = now;
        // The "C" locale's names, whatever the program's locale is.
        text = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(now));
    }
    return text;
}

}  // namespace directfanz::http
