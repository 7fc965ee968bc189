#pragma once

#include "platform/api/json.hpp"
#include "platform/api/problem.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace directfanz::api {

/// All that is wrong with what somebody sent, in the order in which it was found.
using FieldErrors = std::vector<FieldError>;

/// Where a value stands, for those who read it.
struct Spot {
    FieldErrors* errors;
    /// "/chat/links"
    std::string pointer;

    /// Says what is wrong there.
    void tell(Code code, std::string message, std::optional<std::int64_t> limit = {}) const {
        errors->push_back({pointer, code, std::move(message), limit});
    }
    /// Of what stands inside: "/tags" and "3" are "/tags/3".
    Spot inside(std::string_view name) const;
};

/// The members of a JSON object, read one after another: what is wrong is written down, and reading
/// goes on with an empty value, so that the sender is told all at once.
///
/// A reader (readers.hpp) says what a member has to be: `using Value`, and
/// `Value read(Json const&, Spot const&) const`.
///
///     auto const title = body.required("title", Text{.least = 1, .most = 140});
///     auto const bio = body.optional("bio", Text{.most = 500});          // std::optional<…>
///     auto const language = body.nullable("language", Text{.least = 2});  // Change<…>
class Fields {
  public:
    /// `object` outlives this. What is no object is written down as such.
    Fields(Json const& object, Spot spot);

    template <typename Reader>
    typename Reader::Value required(std::string_view name, Reader const& reader) {
        if (auto const* const member = find(name)) return reader.read(*member, spot_.inside(name));
        tell_required(name);
        return {};
    }

    /// Nothing for one that is not there. Null is not nothing.
    template <typename Reader>
    std::optional<typename Reader::Value> optional(std::string_view name, Reader const& reader) {
        auto const* const member = find(name);
        if (member == nullptr) return std::nullopt;
        return reader.read(*member, spot_.inside(name));
    }

    /// Nothing for one that is not there (leave it as it is); an empty one for null (take it away).
    template <typename Reader>
    std::optional<std::optional<typename Reader::Value>> nullable(std::string_view name,
                                                                  Reader const& reader) {
        using Value = typename Reader::Value;
        auto const* const member = find(name);
        if (member == nullptr) return std::nullopt;
        if (member->is_null()) return std::optional<std::optional<Value>>(std::in_place);
        return std::optional<std::optional<Value>>(std::in_place,
                                                   reader.read(*member, spot_.inside(name)));
    }

    /// A member has come; its value does not matter, nor does it count as read.
    bool has(std::string_view name) const;

    /// For rules beyond one member's: "taken", "mismatch".
    void tell(std::string_view name, Code code, std::string message,
              std::optional<std::int64_t> limit = {});

    /// A PATCH has to change something. Call it before the members are read.
    void at_least_one();

    /// Writes those down that nobody has read: they are unknown. Call it last.
    void end();

    bool well() const { return spot_.errors->empty(); }

  private:
    Json const* find(std::string_view name);
    void tell_required(std::string_view name);

    Json::Object const* members_ = nullptr;
    std::vector<bool> read_;
    Spot spot_;
};

}  // namespace directfanz::api
