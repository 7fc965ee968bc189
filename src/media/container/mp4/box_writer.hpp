#pragma once

#include "base/byte_writer.hpp"
#include "media/container/mp4/box_io.hpp"

#include <string>
#include <vector>

namespace directfanz::mp4 {

/// Puts boxes down; with nothing to write to, it only adds up their sizes.
class BoxWriter final : public BoxIo {
  public:
    /// A meter.
    BoxWriter() { open_.reserve(kUsualDepth); }
    explicit BoxWriter(ByteWriter& out) : BoxWriter() { out_ = &out; }

    /// Bytes written, or that would have been.
    std::size_t size() const { return size_; }

    void full_box(std::uint8_t& version, std::uint32_t& flags, FullBox known) override;
    void text(std::string& value) override;
    void rest(Bytes& value) override;
    void rest(std::vector<ByteView>& pieces) override;
    bool ok() const override { return true; }

  private:
    static constexpr std::size_t kUsualDepth = 12;

    /// Where a length stands that is known at the end of what it measures.
    struct Open {
        std::size_t length_at = 0;
        /// Where it counts from.
        std::size_t from = 0;
        bool descriptor = false;
    };

    void integer(std::uint64_t& value, unsigned bytes) override;
    std::size_t count(std::size_t items, unsigned bytes, std::size_t least_size) override;
    bool another(bool here) override { return here; }
    bool enter(FourCc type, Presence presence) override;
    bool enter_descriptor(std::uint8_t tag) override;
    void leave() override;

    void put(ByteView bytes);

    ByteWriter* out_ = nullptr;
    std::size_t size_ = 0;
    std::vector<Open> open_;
};

template <typename Box>
std::size_t size_of(Box& box) {
    BoxWriter meter;
    meter.child(box);
    return meter.size();
}

template <typename Box>
void write_box(ByteWriter& out, Box& box) {
    BoxWriter writer(out);
    writer.child(box);
}

template <typename Box>
Bytes to_bytes(Box box) {
    ByteWriter out(size_of(box));
    write_box(out, box);
    return out.take();
}

}  // namespace directfanz::mp4
