#include "media/codec/nal_unit.hpp"

#include <cstddef>
#include <cstdint>

// The first byte is the size of lengths, the rest an access unit.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace directfanz;
    if (size == 0) return 0;
    ByteView const payload(data + 1, size - 1);
    h264::is_idr(payload);
    h264::parameter_sets_of(payload);
    h264::without_emulation_prevention(payload);
    auto const converted = h264::to_four_byte_lengths(Blob::copy_of(payload), data[0] % 5);
    if (!converted) return 0;
    h264::NalUnits units(converted->view());
    while (units.next()) {
    }
    if (!units.ok()) __builtin_trap();
    return 0;
}
