#include "media/codec/sps.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const sps = directfanz::h264::parse_sps({data, size});
    if (sps && (sps->width() == 0 || sps->width() > directfanz::h264::kMaxPictureSide ||
                sps->height() == 0 || sps->height() > directfanz::h264::kMaxPictureSide ||
                sps->display_width() == 0 || sps->display_width() > 0xFFFF)) {
        __builtin_trap();
    }
    return 0;
}
