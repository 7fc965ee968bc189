#pragma once

#include "platform/accounts/account_store.hpp"
#include "platform/accounts/password.hpp"
#include "platform/api/body.hpp"
#include "platform/api/readers.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace directfanz::accounts {

/// A password that is to be kept. Its characters are taken as they are.
inline constexpr api::Text kNewPassword{
    .least = kShortestPassword, .most = kLongestPassword, .kind = api::TextKind::secret};
inline constexpr api::Text kNewEmail{
    .least = 3, .most = 254, .format = is_email, .expected = "This is no e-mail address."};

inline constexpr api::Text kDisplayName{
    .least = 1,
    .most = kMaxDisplayName,
    .format = is_display_name,
    .expected = "A name can be seen, and does not turn the text around it."};

/// The schema SignUp.
struct SignUp {
    std::string email;
    std::string password;
    std::string handle;
    std::string display_name;
    std::optional<std::string> language;
    /// Empty: none.
    std::string setup_token;
};

/// What is wrong is written down.
SignUp read_sign_up(api::Body& body);

/// Says that a password is too easy to guess.
void tell_weak(api::Fields& fields, std::string_view name);

/// 422.
http::Response taken_problem(AccountStore::Taken taken);

/// `administrator`: the first of the installation, who may also stream.
Account new_account(SignUp const& wish, std::string password_hash, bool administrator,
                    WallTime now);

}  // namespace directfanz::accounts
