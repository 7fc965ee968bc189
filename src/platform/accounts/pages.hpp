#pragma once

#include "platform/accounts/account_store.hpp"
#include "platform/accounts/rows.hpp"
#include "platform/api/query.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Lists by time, newest first, page by page.
namespace directfanz::accounts {

/// The shape of their cursors: the time, and the id where times are equal.
inline constexpr std::string_view kNewestFirst = "nt";

inline std::optional<Before> before_of(api::Page const& page) {
    if (page.is_first()) return std::nullopt;
    return Before{.time = std::get<std::int64_t>(page.after[0]),
                  .id = std::get<std::string>(page.after[1])};
}

/// Of one row more than a page has, takes that off and returns the cursor behind the last that
/// stays; empty where there is no next page.
template <typename T, typename Id>
std::string cut(std::string_view list, api::Page const& page, std::vector<T>& rows,
                WallTime T::* time, Id id) {
    if (rows.size() <= page.size) return {};
    rows.resize(page.size);
    return api::encode_cursor(list, {to_database(rows.back().*time), id(rows.back())});
}

}  // namespace directfanz::accounts
