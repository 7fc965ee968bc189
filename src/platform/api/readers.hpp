#pragma once

#include "base/clock.hpp"
#include "platform/api/fields.hpp"

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

/// What a field may hold: see Fields.
namespace directfanz::api {

/// How a text is taken.
enum class TextKind {
    line,    ///< one line for people: blanks around it are cut off, control characters refused
    text,    ///< the same with several lines, which end in "\n"
    secret,  ///< byte for byte as it was sent, but for NUL, which no database holds
};

/// UTF-8; its length counts code points, as JSON Schema's does.
struct Text {
    using Value = std::string;

    std::size_t least = 0;
    std::size_t most = 1'000;
    TextKind kind = TextKind::line;
    /// What it has to look like beside that; any if null.
    bool (*format)(std::string_view) = nullptr;
    /// Said when it does not.
    std::string_view expected = "This does not look as it has to.";

    std::string read(Json const& json, Spot const& spot) const;
};

struct Integer {
    using Value = std::int64_t;

    std::int64_t least = std::numeric_limits<std::int64_t>::min();
    std::int64_t most = std::numeric_limits<std::int64_t>::max();

    std::int64_t read(Json const& json, Spot const& spot) const;
};

struct Boolean {
    using Value = bool;

    bool read(Json const& json, Spot const& spot) const;
};

/// RFC 3339's date-time, to the millisecond.
struct Moment {
    using Value = WallTime;

    WallTime read(Json const& json, Spot const& spot) const;
};

/// 2026-01-31T12:34:56.789Z, or with "+01:00". Nothing for a day that the calendar does not have,
/// nor for a year before 1678 or after 2261.
std::optional<WallTime> parse_time(std::string_view text);

/// Where `text` stands in `names`; written down as `choice` if nowhere.
std::optional<std::size_t> read_choice(Json const& json, std::span<std::string_view const> names,
                                       Spot const& spot);

/// One of the enum's values 0, 1, … by its name.
template <typename E>
struct OneOf {
    using Value = E;

    std::span<std::string_view const> names;

    E read(Json const& json, Spot const& spot) const {
        auto const choice = read_choice(json, names, spot);
        return static_cast<E>(choice.value_or(0));
    }
};

/// Null, and written down, if it is no array, or one of another size.
Json::Array const* read_array(Json const& json, std::size_t least, std::size_t most,
                              Spot const& spot);

template <typename Reader>
struct ListOf {
    using Value = std::vector<typename Reader::Value>;

    Reader item;
    std::size_t least = 0;
    std::size_t most = 100;
    /// No two are equal.
    bool unique = false;

    Value read(Json const& json, Spot const& spot) const {
        Value all;
        auto const* const array = read_array(json, least, most, spot);
        if (array == nullptr) return all;
        for (std::size_t i = 0; i < array->size(); ++i) {
            auto const place = spot.inside(fmt::to_string(i));
            auto const before = spot.errors->size();
            auto value = item.read((*array)[i], place);
            if constexpr (std::equality_comparable<typename Reader::Value>) {
                if (unique && spot.errors->size() == before &&
                    std::ranges::find(all, value) != all.end()) {
                    place.tell(Code::taken, "This is in the list already.");
                }
            }
            all.push_back(std::move(value));
        }
        return all;
    }
};

/// `read_members(Fields&)` makes the value of an object inside. Unknown members are written down.
template <typename ReadMembers>
struct ObjectOf {
    using Value = decltype(std::declval<ReadMembers const&>()(std::declval<Fields&>()));

    ReadMembers read_members;

    Value read(Json const& json, Spot const& spot) const {
        Fields fields(json, spot);
        auto value = read_members(fields);
        fields.end();
        return value;
    }
};

template <typename Reader>
ListOf(Reader, std::size_t, std::size_t, bool) -> ListOf<Reader>;
template <typename ReadMembers>
ObjectOf(ReadMembers) -> ObjectOf<ReadMembers>;

}  // namespace directfanz::api
