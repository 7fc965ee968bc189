#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "platform/api/caller.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace directfanz::accounts {

/// Whether an account may make streams, or has asked to.
enum class CreatorStatus { none, pending, approved, refused };
inline constexpr std::array<std::string_view, 4> kCreatorStatuses{"none", "pending", "approved",
                                                                  "refused"};
std::string_view to_string(CreatorStatus status);
CreatorStatus parse_creator_status(std::string_view name);

enum class Status { active, suspended };
inline constexpr std::array<std::string_view, 2> kStatuses{"active", "suspended"};
std::string_view to_string(Status status);

/// The schema Role's names, in the enum's order.
inline constexpr std::array<std::string_view, 4> kRoles{"fan", "creator", "moderator",
                                                        "administrator"};

struct Account {
    AccountId id;
    std::string handle;
    std::string display_name;
    /// As it was typed.
    std::string email;
    bool email_verified = false;
    std::optional<std::string> pending_email;
    std::string password_hash;
    std::string bio;
    /// ISO 639.
    std::optional<std::string> language;
    api::Roles roles{api::Role::fan};
    CreatorStatus creator = CreatorStatus::none;
    Status status = Status::active;
    /// Shown to the account.
    std::string status_reason;
    bool mail_on_live = false;
    /// Base 32; none while there is no second factor.
    std::optional<std::string> totp_secret;
    std::optional<std::string> totp_offered;
    /// Of the last code that was taken.
    std::int64_t totp_step = 0;
    std::int64_t recovery_codes_left = 0;
    std::int64_t version = 1;
    WallTime created_at;
    std::optional<WallTime> last_seen_at;

    bool is(api::Role role) const { return roles.contains(role); }
};

inline constexpr std::size_t kMaxDisplayName = 50;
inline constexpr std::size_t kMaxBio = 500;

/// 3 to 30 of a-z, 0-9 and _.
bool is_handle(std::string_view text);
/// Addresses of pages, and names that people take for the site's own.
bool is_reserved_handle(std::string_view handle);

/// Of valid UTF-8: no character turns the direction of the text around it, ends a line or controls.
/// Line feeds are left to the reader.
bool is_harmless(std::string_view text);
/// The same, and something of it can be seen.
bool is_display_name(std::string_view text);

/// As addresses are compared. Local parts differ by case in theory only, and who may take
/// "Somebody@" beside "somebody@" takes somebody's mail.
std::string email_key(std::string_view email);

/// Whether mail can be sent there (mail::parse_address()).
bool is_email(std::string_view text);

/// ISO 639: two or three letters in lower case.
bool is_language(std::string_view text);

}  // namespace directfanz::accounts
