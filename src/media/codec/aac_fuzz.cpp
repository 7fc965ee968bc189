#include "media/codec/aac.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace directfanz;
    auto const track = aac::describe(Blob::copy_of({data, size}));
    if (track && (track->timescale == 0 || track->audio().channels == 0)) __builtin_trap();
    return 0;
}
