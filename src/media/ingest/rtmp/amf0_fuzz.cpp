#include "media/ingest/rtmp/amf0.hpp"

#include <cstdlib>

using namespace directfanz;

/// Any message is read without fault, and gives at most one value a byte.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const values = amf0::read_all({data, size});
    if (values && values->size() > size) std::abort();
    return 0;
}
