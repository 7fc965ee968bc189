#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace directfanz::api {

/// A JSON value that somebody sent.
struct Json {
    using Array = std::vector<Json>;
    struct Member;
    /// In the order in which they came; no two have one name.
    using Object = std::vector<Member>;

    /// A number is an integer if it has a whole value of at most 2^53, however it is written.
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value;

    bool is_null() const { return std::holds_alternative<std::monostate>(value); }
    template <typename T>
    T const* as() const {
        return std::get_if<T>(&value);
    }
    bool operator==(Json const& other) const;
};

struct Json::Member {
    std::string name;
    Json value;

    bool operator==(Member const&) const = default;
};

inline constexpr std::size_t kMaxJsonBytes = 64 * 1024;
inline constexpr std::size_t kMaxJsonDepth = 16;
/// Values in all, those inside others too.
inline constexpr std::size_t kMaxJsonValues = 4'096;
/// Of one object.
inline constexpr std::size_t kMaxJsonMembers = 256;

/// Errors: too_large beyond one of these limits; invalid for what is no JSON text (RFC 8259) in
/// UTF-8, and for an object with two members of one name, which programs read differently.
Result<Json> parse_json(std::string_view text);

}  // namespace directfanz::api
