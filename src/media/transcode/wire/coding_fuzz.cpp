#include "media/transcode/wire/coding.hpp"
#include "media/transcode/wire/message_reader.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

using namespace directfanz;

namespace {

/// Whatever is read is written back as the bytes that it was read from.
template <typename Message>
void check(ByteView body) {
    auto const message = wire::decode<Message>(Blob::copy_of(body));
    if (!message) return;
    auto const encoded = wire::encode(*message);
    if (!encoded) __builtin_trap();
    auto whole = encoded->head;
    whole.insert(whole.end(), encoded->payload.view().begin(), encoded->payload.view().end());
    if (as_text(whole).substr(wire::kLengthSize) != as_text(body)) __builtin_trap();
}

/// One message, or several with their lengths in pieces of any size.
template <typename Message>
void feed(ByteView stream, std::size_t piece) {
    wire::MessageReader<Message> reader;
    while (!stream.empty()) {
        auto const count = std::min(piece, stream.size());
        if (!reader.feed(stream.first(count))) return;
        stream = stream.subspan(count);
    }
}

}  // namespace

/// The first byte's lowest bit says whose messages they are, its others in what pieces they arrive.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size < 1 + wire::kLengthSize) return 0;
    ByteView const stream(data + 1, size - 1);
    auto const piece = 1U + data[0] / 2;
    if (data[0] % 2 == 0) {
        check<wire::ToWorker>(stream.subspan(wire::kLengthSize));
        feed<wire::ToWorker>(stream, piece);
    } else {
        check<wire::FromWorker>(stream.subspan(wire::kLengthSize));
        feed<wire::FromWorker>(stream, piece);
    }
    return 0;
}
