#pragma once

#include "platform/accounts/account.hpp"
#include "system/mail/mailer.hpp"

#include <string>
#include <string_view>

/// What the site writes to people, in their language (English, German), as text and as HTML.
namespace directfanz::accounts {

/// What letters say of the site.
struct Site {
    std::string name = "DirectFanz";
    /// "https://fans.example", without a slash at the end.
    std::string url;
};

enum class Letter {
    verify_email,      ///< link: proves the address
    change_email,      ///< link: proves the new address
    email_changed,     ///< to the old address
    reset_password,    ///< link: chooses a new password
    password_changed,  ///< for who did not do it
    creator_approved,
    creator_refused,
    suspended,     ///< detail: why
    someone_live,  ///< link: the stream; detail: its title; other: who
    second_factor_off,
    passkey_added,    ///< detail: its name
    passkey_removed,  ///< detail: its name
};

/// What a letter is about beside its reader.
struct LetterFacts {
    /// A path of the site.
    std::string path;
    std::string detail;
    std::string other;
};

/// `language` as the account has it; any that is not written here is English.
mail::Message write_letter(Letter letter, Site const& site, std::string_view to,
                           std::string_view display_name, std::string_view language,
                           LetterFacts const& facts);

}  // namespace directfanz::accounts
