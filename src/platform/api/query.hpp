#pragma once

#include "platform/api/call.hpp"
#include "platform/api/cursor.hpp"
#include "platform/api/fields.hpp"
#include "platform/api/readers.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::api {

/// Entries a page.
inline constexpr std::int64_t kDefaultPageSize = 24;
inline constexpr std::int64_t kMaxPageSize = 100;

/// Which part of a list is asked for.
struct Page {
    std::size_t size = kDefaultPageSize;
    /// The sort keys of the row before; none for the first page.
    std::vector<db::Value> after;

    bool is_first() const { return after.empty(); }
};

/// The parameters behind the "?", read one after another as Fields are. One that is not known is
/// passed over.
///
///     Query query(call);
///     auto const words = query.optional("q", Text{.most = 100});
///     auto const page = query.page("discover/newest", "nt");
///     if (auto refused = query.refusal()) co_return std::move(*refused);
class Query {
  public:
    explicit Query(Call const& call) : request_(call.request) {}
    explicit Query(http::Request const& request) : request_(request) {}
    Query(Query const&) = delete;
    Query& operator=(Query const&) = delete;

    /// Any reader of a text, number or truth value.
    template <typename Reader>
    std::optional<typename Reader::Value> optional(std::string_view name, Reader const& reader) {
        auto const value = find(name, wants(reader));
        if (!value) return std::nullopt;
        return reader.read(*value, spot(name));
    }

    template <typename Reader>
    typename Reader::Value required(std::string_view name, Reader const& reader) {
        auto value = optional(name, reader);
        if (!value) spot(name).tell(Code::required, "This is needed.");
        return std::move(value).value_or(typename Reader::Value{});
    }

    /// `cursor` and `limit`. See decode_cursor().
    Page page(std::string_view list, std::string_view shape);

    /// 400 with all that is wrong.
    std::optional<http::Response> refusal() const;

  private:
    enum class Wants { text, number, truth };

    static Wants wants(Integer const&) { return Wants::number; }
    static Wants wants(Boolean const&) { return Wants::truth; }
    template <typename Reader>
    static Wants wants(Reader const&) {
        return Wants::text;
    }

    /// What the text is, if it is what is wanted; a text otherwise, which the reader refuses.
    std::optional<Json> find(std::string_view name, Wants wants) const;
    Spot spot(std::string_view name) { return {.errors = &errors_, .pointer = std::string(name)}; }

    http::Request const& request_;
    FieldErrors errors_;
};

}  // namespace directfanz::api
