#pragma once

#include <compare>
#include <functional>
#include <string>
#include <utility>

namespace directfanz {

/// A value that cannot be mistaken for another of the same representation: a stream's id is no
/// session's id.
template <typename T, typename Tag>
class Strong {
  public:
    Strong() = default;
    explicit Strong(T value) : value_(std::move(value)) {}

    T const& value() const { return value_; }

    auto operator<=>(Strong const&) const = default;

  private:
    T value_{};
};

/// A stream as people know it: its page, its key, its many broadcasts over time.
using StreamId = Strong<std::string, struct StreamIdTag>;

}  // namespace directfanz

template <typename T, typename Tag>
struct std::hash<directfanz::Strong<T, Tag>> {
    std::size_t operator()(directfanz::Strong<T, Tag> const& id) const {
        return std::hash<T>{}(id.value());
    }
};
