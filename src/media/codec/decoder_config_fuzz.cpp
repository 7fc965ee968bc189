#include "media/codec/decoder_config.hpp"
#include "media/codec/h264.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace directfanz;
    auto const config = h264::parse_decoder_config({data, size});
    if (config &&
        h264::parse_decoder_config(h264::write_decoder_config(*config).view()) != config) {
        __builtin_trap();
    }
    auto const track = h264::describe(Blob::copy_of({data, size}));
    if (track && h264::describe(track->decoder_config) != track) __builtin_trap();
    return 0;
}
