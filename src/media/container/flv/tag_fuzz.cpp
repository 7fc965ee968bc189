#include "media/container/flv/tag.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace directfanz;

/// Any body is read without fault, and a payload is always the end of its body.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const body = Blob::copy_of({data, size});
    auto const is_tail = [&body](Blob const& payload) {
        return payload.empty() || payload.data() + payload.size() == body.data() + body.size();
    };
    if (auto const video = flv::parse_video(body); video && !is_tail(video->data)) std::abort();
    if (auto const audio = flv::parse_audio(body); audio && !is_tail(audio->data)) std::abort();
    return 0;
}
