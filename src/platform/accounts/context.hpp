#pragma once

#include "platform/accounts/account_store.hpp"
#include "platform/accounts/attempts.hpp"
#include "platform/accounts/audit_log.hpp"
#include "platform/accounts/belongings.hpp"
#include "platform/accounts/identities.hpp"
#include "platform/accounts/letters.hpp"
#include "platform/accounts/mail_token_store.hpp"
#include "platform/accounts/moderator_store.hpp"
#include "platform/accounts/notification_store.hpp"
#include "platform/accounts/passkey_store.hpp"
#include "platform/accounts/password.hpp"
#include "platform/accounts/postman.hpp"
#include "platform/accounts/rendering.hpp"
#include "platform/accounts/setup_link.hpp"
#include "system/io/blocking.hpp"

#include <functional>
#include <vector>

namespace directfanz::accounts {

struct Stores {
    explicit Stores(db::Database& database)
        : accounts(database),
          sessions(database),
          tokens(database),
          passkeys(database),
          mail_tokens(database),
          moderators(database),
          notifications(database),
          audit(database) {}

    AccountStore accounts;
    SessionStore sessions;
    TokenStore tokens;
    PasskeyStore passkeys;
    MailTokenStore mail_tokens;
    ModeratorStore moderators;
    NotificationStore notifications;
    AuditLog audit;
};

/// What the routes of this module share. All of it outlives them.
struct Context {
    Stores& stores;
    io::BlockingPool& blocking;
    Hasher& hasher;
    Identities& identities;
    Postman& postman;
    SetupLink& setup;
    Site site;
    SiteFacts facts;
    Attempts attempts{};
    /// Passwords tried against an account, by the key of its e-mail address.
    Attempts attempts_everywhere{Attempts::kFreeEverywhere};
    /// Other modules'.
    std::vector<Belongings*> belongings{};
    /// Told what an account became, by itself or by an administrator; on any loop.
    using Changed = std::function<void(Account const& before, Account const& after)>;
    std::vector<Changed> on_changed{};

    void changed(Account const& before, Account const& after) const {
        for (auto const& told : on_changed) told(before, after);
    }

    /// Writes to an account's own address.
    void send(Letter letter, Account const& account, LetterFacts const& about) {
        postman.post(write_letter(letter, site, account.email, account.display_name,
                                  account.language.value_or("en"), about));
    }
};

}  // namespace directfanz::accounts
