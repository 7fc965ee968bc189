#pragma once

#include "base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace directfanz {

/// A file that is also in memory, from its first byte on; whoever owns it keeps both valid.
struct FileMapping {
    int descriptor = -1;
    std::uint8_t const* begin = nullptr;
};

/// Where bytes lie in a file.
struct FilePlace {
    int descriptor = -1;
    std::uint64_t offset = 0;

    bool operator==(FilePlace const&) const = default;
};

/// Immutable bytes with shared ownership.
///
/// A copy shares the bytes and a slice keeps the whole allocation alive, so one received message,
/// one part or one page can be handed to any number of readers, on any thread, without a copy.
/// Nobody can write to the bytes once the Blob exists.
class Blob {
  public:
    Blob() = default;

    /// Takes the buffer over; the bytes are not copied.
    explicit Blob(Bytes bytes);
    explicit Blob(std::string text);

    static Blob copy_of(ByteView bytes);

    /// Bytes that nobody changes any more, in what `owner` keeps alive.
    static Blob of_memory(std::shared_ptr<void const> owner, ByteView bytes);

    /// Bytes of a file that nobody changes any more; they must lie in the mapping.
    static Blob of_file(std::shared_ptr<FileMapping const> file, ByteView bytes);

    ByteView view() const { return view_; }
    std::string_view text() const { return as_text(view_); }
    std::uint8_t const* data() const { return view_.data(); }
    std::size_t size() const { return view_.size(); }
    bool empty() const { return view_.empty(); }

    /// Where the first byte lies if the bytes are in a file too, as the kernel can send them
    /// without a copy. Good for as long as this Blob lives, or another one of the same owner.
    std::optional<FilePlace> file() const {
        if (file_ == nullptr) return std::nullopt;
        return FilePlace{.descriptor = file_->descriptor,
                         .offset = static_cast<std::uint64_t>(view_.data() - file_->begin)};
    }

    /// Bytes [offset, offset + count) of this Blob; both are clamped to its end.
    Blob slice(std::size_t offset, std::size_t count = std::dynamic_extent) const;

    friend bool operator==(Blob const& a, Blob const& b) { return a.text() == b.text(); }

  private:
    std::shared_ptr<void const> owner_;
    ByteView view_;
    /// Part of what owner_ owns; null if the bytes are in memory only.
    FileMapping const* file_ = nullptr;
};

}  // namespace directfanz
