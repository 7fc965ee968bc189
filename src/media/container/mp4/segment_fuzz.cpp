#include "media/container/mp4/segment.hpp"
#include "media/container/mp4/segment_reader.hpp"

#include <cstddef>
#include <cstdint>

// Whatever is a header and chunks at once is read, written anew, and must read the same.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace directfanz;
    auto const file = Blob::copy_of({data, size});
    auto const init = mp4::read_init(file.view());
    if (!init) return 0;
    auto const header = mp4::read_init(mp4::init_segment(init->track).view());
    if (!header || header->track != init->track) __builtin_trap();
    auto const chunks = mp4::read_chunks(file, *init);
    if (!chunks) return 0;
    for (auto const& chunk : *chunks) {
        if (chunk.samples.empty()) continue;
        auto const written = mp4::chunk(init->track, chunk.sequence_number, chunk.samples);
        auto const again = mp4::read_chunks(written, *header);
        if (!again || again->size() != 1 || again->front().samples.size() != chunk.samples.size()) {
            __builtin_trap();
        }
    }
    return 0;
}
