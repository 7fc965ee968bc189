#include "media/container/mp4/box_writer.hpp"

namespace directfanz::mp4 {
namespace {

// A descriptor's length in four bytes of seven bits each, as most writers put it (14496-1, 8.3.3).
std::uint32_t expandable_length(std::size_t length) {
    auto const part = [length](unsigned shift) {
        return static_cast<std::uint32_t>(length >> shift & 0x7F);
    };
    return 0x80808000U | part(21) << 24 | part(14) << 16 | part(7) << 8 | part(0);
}

}  // namespace

void BoxWriter::put(ByteView bytes) {
    size_ += bytes.size();
    if (out_ != nullptr) out_->bytes(bytes);
}

void BoxWriter::integer(std::uint64_t& value, unsigned bytes) {
    size_ += bytes;
    if (out_ == nullptr) return;
    for (unsigned i = bytes; i-- > 0;) out_->u8(static_cast<std::uint8_t>(value >> (8 * i)));
}

void BoxWriter::full_box(std::uint8_t& version, std::uint32_t& flags, FullBox /*known*/) {
    number(version);
    number(flags, 3);
}

void BoxWriter::text(std::string& value) {
    put(as_bytes(value));
    reserved(1);
}

void BoxWriter::rest(Bytes& value) {
    put(value);
}

void BoxWriter::rest(std::vector<ByteView>& pieces) {
    for (auto const piece : pieces) put(piece);
}

std::size_t BoxWriter::count(std::size_t items, unsigned bytes, std::size_t /*least_size*/) {
    constant(items, bytes);
    return items;
}

bool BoxWriter::enter(FourCc type, Presence presence) {
    if (presence == Presence::not_here) return false;
    auto const at = out_ != nullptr ? out_->size() : 0;
    open_.push_back({.length_at = at, .from = at, .descriptor = false});
    constant(0, 4);
    number(type);
    return true;
}

bool BoxWriter::enter_descriptor(std::uint8_t tag) {
    number(tag);
    auto const at = out_ != nullptr ? out_->size() : 0;
    open_.push_back({.length_at = at, .from = at + 4, .descriptor = true});
    constant(0, 4);
    return true;
}

void BoxWriter::leave() {
    auto const open = open_.back();
    open_.pop_back();
    if (out_ == nullptr) return;
    auto const length = out_->size() - open.from;
    out_->patch_u32(open.length_at, open.descriptor ? expandable_length(length)
                                                    : static_cast<std::uint32_t>(length));
}

}  // namespace directfanz::mp4
