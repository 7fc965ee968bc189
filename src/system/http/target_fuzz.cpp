#include "base/bytes.hpp"
#include "system/http/gzip.hpp"
#include "system/http/range.hpp"
#include "system/http/target.hpp"

#include <cstddef>
#include <cstdint>

/// Everything that is read out of single fields: targets, queries, ranges, accepted encodings.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace directfanz;
    auto const text = as_text({data, size});
    if (auto const target = http::parse_target(text)) {
        auto const path = target->path + "/";
        if (!path.starts_with('/') || path.find("/../") != std::string::npos ||
            path.find("/./") != std::string::npos ||
            path.find_first_of(std::string_view("\\\0\n", 3)) != std::string::npos) {
            __builtin_trap();
        }
        http::find_query_parameter(target->query, "a");
    }
    http::find_query_parameter(text, text.substr(0, 3));

    auto const choice = http::choose_range(text, 1000);
    if (choice.kind == http::RangeKind::partial &&
        (choice.range.first > choice.range.last || choice.range.last >= 1000)) {
        __builtin_trap();
    }
    http::Request request;
    request.headers.add("Accept-Encoding", std::string(text));
    http::accepts_gzip(request);
    return 0;
}
