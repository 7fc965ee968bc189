#pragma once

#include "base/bytes.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace directfanz {

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

    ByteView view() const { return view_; }
    std::string_view text() const { return as_text(view_); }
    std::uint8_t const* data() const { return view_.data(); }
    std::size_t size() const { return view_.size(); }
    bool empty() const { return view_.empty(); }

    /// Bytes [offset, offset + count) of this Blob; both are clamped to its end.
    Blob slice(std::size_t offset, std::size_t count = std::dynamic_extent) const;

    friend bool operator==(Blob const& a, Blob const& b) { return a.text() == b.text(); }

  private:
    Blob(std::shared_ptr<void const> owner, ByteView view)
        : owner_(std::move(owner)), view_(view) {}

    std::shared_ptr<void const> owner_;
    ByteView view_;
};

}  // namespace directfanz
