#include "platform/api/cursor.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

/// Any cursor is refused, or is one that holds what its list has.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace directfanz;
    std::string_view const cursor(reinterpret_cast<char const*>(data), size);
    for (std::string_view const shape : {"n", "nt", "NTt", ""}) {
        auto const keys = api::decode_cursor("list", shape, cursor);
        if (!keys) continue;
        if (keys->size() != shape.size()) std::abort();
        auto const again = api::decode_cursor("list", shape, api::encode_cursor("list", *keys));
        if (again != keys) std::abort();
    }
    return 0;
}
