#pragma once

#include "base/byte_reader.hpp"
#include "base/result.hpp"
#include "media/container/mp4/box_io.hpp"

#include <optional>
#include <string>
#include <vector>

namespace directfanz::mp4 {

/// Boxes that one box, or the file, may hold. Longer files are read piece by piece.
inline constexpr std::size_t kMaxChildren = 4096;

/// A box found in a row of boxes; views into it.
struct FoundBox {
    FourCc type{};
    /// Of its header, from the start of the row.
    std::size_t offset = 0;
    /// With its header, and without.
    ByteView whole;
    ByteView body;
    bool taken = false;
};

/// The boxes that stand in a row in `bytes`: size 32, type 32, and a 64-bit size where the first is
/// 1; size 0 reaches to the end (ISO/IEC 14496-12, 4.2). Errors: invalid for a box that reaches
/// beyond the end, too_large for more than kMaxChildren.
Result<std::vector<FoundBox>> find_boxes(ByteView bytes);

/// Fills boxes from bytes. Unknown boxes and what follows a box's known fields are passed over.
class BoxReader final : public BoxIo {
  public:
    /// `bytes` is a row of boxes: a file, or a box's children.
    explicit BoxReader(ByteView bytes);

    void full_box(std::uint8_t& version, std::uint32_t& flags, FullBox known) override;
    void text(std::string& value) override;
    void rest(Bytes& value) override;
    void rest(std::vector<ByteView>& pieces) override;
    bool ok() const override { return !error_; }

    /// Where and why it failed; only if it did.
    Error const& error() const { return *error_; }

  private:
    struct Frame {
        std::string name;
        ByteReader reader;
        /// Indexed when the first child is asked for.
        std::optional<std::vector<FoundBox>> children;
    };

    void integer(std::uint64_t& value, unsigned bytes) override;
    std::size_t count(std::size_t items, unsigned bytes, std::size_t least_size) override;
    bool another(bool here) override;
    bool enter(FourCc type, Presence presence) override;
    bool enter_descriptor(std::uint8_t tag) override;
    void leave() override;

    void fail_here(ErrorKind kind, std::string message);
    ByteReader& reader() { return frames_.back().reader; }

    std::vector<Frame> frames_;
    /// Of all tables so far.
    std::size_t entries_ = 0;
    std::optional<Error> error_;
};

/// Reads the first `Box` of a row of boxes.
template <typename Box>
Result<Box> read_box(ByteView bytes) {
    BoxReader reader(bytes);
    Box box;
    reader.child(box);
    if (!reader.ok()) return std::unexpected(reader.error());
    return box;
}

}  // namespace directfanz::mp4
