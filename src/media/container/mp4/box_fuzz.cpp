#include "media/container/mp4/box_reader.hpp"
#include "media/container/mp4/box_writer.hpp"
#include "media/container/mp4/file_boxes.hpp"
#include "media/container/mp4/fragment_boxes.hpp"
#include "media/container/mp4/movie_boxes.hpp"

#include <cstddef>
#include <cstdint>

namespace {

template <typename Box>
void round_trip(directfanz::ByteView bytes) {
    using namespace directfanz::mp4;
    auto const box = read_box<Box>(bytes);
    if (!box) return;
    auto const again = read_box<Box>(to_bytes(*box));
    if (!again || !(*again == *box)) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace directfanz::mp4;
    directfanz::ByteView const bytes(data, size);
    round_trip<MovieFragmentBox>(bytes);
    round_trip<MovieBox>(bytes);
    round_trip<FileTypeBox>(bytes);
    round_trip<SegmentTypeBox>(bytes);
    round_trip<ProducerReferenceTimeBox>(bytes);
    round_trip<EventMessageBox>(bytes);
    return 0;
}
