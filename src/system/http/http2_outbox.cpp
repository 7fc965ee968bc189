#include "system/http/http2_outbox.hpp"

#include <algorithm>

namespace directfanz::http {

void Http2Outbox::add_frame(ByteView bytes) {
    if (bytes.size() <= copied_.size() - used_) return copy(bytes);
    name(bytes);
    sealed_ = true;
}

void Http2Outbox::add_piece(Blob const& body, std::size_t offset, std::size_t count) {
    auto const bytes = body.view().subspan(offset, count);
    if (count <= kCopyBelow) return copy(bytes);
    owners_[count_] = body;
    name(bytes);
}

void Http2Outbox::copy(ByteView bytes) {
    auto* const place = copied_.data() + used_;
    std::ranges::copy(bytes, place);
    used_ += bytes.size();
    size_ += bytes.size();
    if (!empty()) {
        auto& last = parts_[count_ - 1];
        if (static_cast<std::uint8_t*>(last.iov_base) + last.iov_len == place) {
            last.iov_len += bytes.size();
            return;
        }
    }
    parts_[count_++] = {.iov_base = place, .iov_len = bytes.size()};
}

void Http2Outbox::name(ByteView bytes) {
    size_ += bytes.size();
    parts_[count_++] = {.iov_base = const_cast<std::uint8_t*>(bytes.data()),
                        .iov_len = bytes.size()};
}

void Http2Outbox::advance(std::size_t bytes) {
    while (!empty()) {
        auto& part = parts_[first_];
        if (bytes < part.iov_len) {
            part.iov_base = static_cast<std::uint8_t*>(part.iov_base) + bytes;
            part.iov_len -= bytes;
            return;
        }
        bytes -= part.iov_len;
        owners_[first_++] = {};
    }
}

void Http2Outbox::clear() {
    while (first_ < count_) owners_[first_++] = {};
    first_ = count_ = used_ = size_ = 0;
    sealed_ = false;
    completed_.clear();
}

}  // namespace directfanz::http
