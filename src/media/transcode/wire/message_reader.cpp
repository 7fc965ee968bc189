#include "media/transcode/wire/message_reader.hpp"

#include "base/byte_reader.hpp"

#include <algorithm>
#include <utility>

namespace directfanz::wire {

namespace {

/// Appends bytes until `buffer` holds `size`; returns how many it took.
std::size_t fill(Bytes& buffer, std::size_t size, ByteView bytes) {
    auto const count = std::min(size - buffer.size(), bytes.size());
    buffer.insert(buffer.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
}

}  // namespace

template <typename Message>
Result<std::vector<Message>> MessageReader<Message>::feed(ByteView bytes) {
    std::vector<Message> messages;
    if (state_) state_ = read(bytes, messages);
    if (!state_) return std::unexpected(state_.error());
    return messages;
}

template <typename Message>
Result<void> MessageReader<Message>::read(ByteView bytes, std::vector<Message>& messages) {
    while (!bytes.empty()) {
        if (length_.size() < kLengthSize) {
            bytes = bytes.subspan(fill(length_, kLengthSize, bytes));
            if (length_.size() < kLengthSize) return {};
            expected_ = ByteReader(length_).u32();
            if (expected_ == 0)
                return fail(ErrorKind::invalid, "transcode.wire", "a message is empty");
            if (expected_ > kMaxMessage)
                return fail(ErrorKind::too_large, "transcode.wire", "a message is too long");
            body_.reserve(expected_);
        }
        bytes = bytes.subspan(fill(body_, expected_, bytes));
        if (body_.size() < expected_) return {};
        auto message = decode<Message>(Blob(std::exchange(body_, {})));
        if (!message) return std::unexpected(message.error());
        messages.push_back(std::move(*message));
        length_.clear();
    }
    return {};
}

template class MessageReader<ToWorker>;
template class MessageReader<FromWorker>;

}  // namespace directfanz::wire
