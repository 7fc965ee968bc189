#include "platform/accounts/mail_token_store.hpp"

#include "platform/accounts/rows.hpp"
#include "platform/accounts/secret.hpp"

#include <algorithm>
#include <array>

namespace directfanz::accounts {
namespace {

constexpr std::array<std::string_view, 3> kKinds{"verify", "change", "reset"};

}  // namespace

std::string_view to_string(MailTokenKind kind) {
    return kKinds[static_cast<std::size_t>(kind)];
}

Result<std::string> MailTokenStore::issue(MailToken const& token, WallTime now) {
    auto secret = new_secret();
    auto const life = token.kind == MailTokenKind::reset ? kResetLife : kVerifyLife;
    auto const work = [&](db::Connection& connection) -> Result<void> {
        auto const ended = connection.execute(
            "DELETE FROM mail_tokens WHERE expires_at < :now OR (account = :account AND kind = "
            ":kind)",
            {{"now", to_database(now)},
             {"account", token.account.value()},
             {"kind", to_string(token.kind)}});
        if (!ended) return std::unexpected(ended.error());
        auto const inserted = connection.execute(
            "INSERT INTO mail_tokens (secret_hash, account, kind, email, expires_at) VALUES "
            "(:secret_hash, :account, :kind, :email, :expires_at)",
            {{"secret_hash", hash_of_secret(secret)},
             {"account", token.account.value()},
             {"kind", to_string(token.kind)},
             {"email", token.email},
             {"expires_at", to_database(now + life)}});
        if (!inserted) return std::unexpected(inserted.error());
        return {};
    };
    auto const issued = db::transact(database_, work);
    if (!issued) return std::unexpected(issued.error());
    return secret;
}

Result<std::optional<MailToken>> MailTokenStore::take(std::string_view secret,
                                                      std::initializer_list<MailTokenKind> kinds,
                                                      WallTime now) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    for (auto const kind : kinds) {
        auto const rows = (*connection)
                              ->query(
                                  "DELETE FROM mail_tokens WHERE secret_hash = :secret_hash AND "
                                  "kind = :kind AND expires_at >= :now RETURNING account, email",
                                  {{"secret_hash", hash_of_secret(secret)},
                                   {"kind", to_string(kind)},
                                   {"now", to_database(now)}});
        if (!rows) return std::unexpected(rows.error());
        if (rows->empty()) continue;
        auto const& row = rows->front();
        return MailToken{.account = AccountId(row.text(0)), .kind = kind, .email = row.text(1)};
    }
    return std::nullopt;
}

Result<void> MailTokenStore::forget(AccountId const& account) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    return forget(**connection, account);
}

Result<void> MailTokenStore::forget(db::Connection& connection, AccountId const& account) {
    auto const ended = connection.execute("DELETE FROM mail_tokens WHERE account = :account",
                                          {{"account", account.value()}});
    if (!ended) return std::unexpected(ended.error());
    return {};
}

}  // namespace directfanz::accounts
