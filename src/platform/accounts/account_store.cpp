#include "platform/accounts/account_store.hpp"

#include "platform/accounts/rows.hpp"

#include <array>

#include <fmt/format.h>

namespace directfanz::accounts {
namespace {

constexpr std::string_view kColumns =
    "id, handle, display_name, email, email_verified, pending_email, password_hash, bio, language, "
    "roles, creator, status, status_reason, mail_on_live, totp_secret, totp_offered, totp_step, "
    "version, created_at, last_seen_at, "
    "(SELECT COUNT(*) FROM recovery_codes WHERE recovery_codes.account = accounts.id)";

Account account_of(db::Row const& row) {
    return {.id = AccountId(row.text(0)),
            .handle = row.text(1),
            .display_name = row.text(2),
            .email = row.text(3),
            .email_verified = row.integer(4) != 0,
            .pending_email = row.maybe_text(5),
            .password_hash = row.text(6),
            .bio = row.text(7),
            .language = row.maybe_text(8),
            .roles = api::parse_roles(row.text(9)),
            .creator = parse_creator_status(row.text(10)),
            .status = row.text(11) == "active" ? Status::active : Status::suspended,
            .status_reason = row.text(12),
            .mail_on_live = row.integer(13) != 0,
            .totp_secret = row.maybe_text(14),
            .totp_offered = row.maybe_text(15),
            .totp_step = row.integer(16),
            .recovery_codes_left = row.integer(20),
            .version = row.integer(17),
            .created_at = from_database(row.integer(18)),
            .last_seen_at = maybe_from_database(row.maybe_integer(19))};
}

std::vector<db::Parameter> parameters_of(Account const& account) {
    return {{"id", account.id.value()},
            {"handle", account.handle},
            {"display_name", account.display_name},
            {"email", account.email},
            {"email_key", email_key(account.email)},
            {"email_verified", account.email_verified ? 1 : 0},
            {"pending_email", account.pending_email},
            {"password_hash", account.password_hash},
            {"bio", account.bio},
            {"language", account.language},
            {"roles", api::to_text(account.roles)},
            {"creator", to_string(account.creator)},
            {"status", to_string(account.status)},
            {"status_reason", account.status_reason},
            {"mail_on_live", account.mail_on_live ? 1 : 0},
            {"totp_secret", account.totp_secret},
            {"totp_offered", account.totp_offered},
            {"totp_step", account.totp_step},
            {"version", account.version}};
}

Result<std::optional<Account>> find_one(db::Connection& connection, std::string_view where,
                                        db::Parameter const& parameter) {
    auto const rows = connection.query(
        fmt::format("SELECT {} FROM accounts WHERE {}", kColumns, where), {parameter});
    if (!rows) return std::unexpected(rows.error());
    if (rows->empty()) return std::nullopt;
    return account_of(rows->front());
}

Result<std::optional<Account>> look_up(db::Database& database, std::string_view where,
                                       db::Parameter const& parameter) {
    auto connection = database.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    return find_one(**connection, where, parameter);
}

Error no_such_account() {
    return {ErrorKind::not_found, "account", "There is no such account."};
}

/// `_` and `%` mean themselves.
std::string beginning(std::string_view text) {
    std::string pattern;
    for (auto const c : text) {
        if (c == '\\' || c == '%' || c == '_') pattern += '\\';
        pattern += c;
    }
    return pattern + '%';
}

}  // namespace

Error last_administrator() {
    return {ErrorKind::conflict, "account",
            "This is the last administrator. Make somebody else one first."};
}

Result<AccountStore::Taken> AccountStore::create(Account const& account) {
    auto const work = [&](db::Connection& connection) -> Result<Taken> {
        auto const email =
            find_one(connection, "email_key = :key", {"key", email_key(account.email)});
        if (!email) return std::unexpected(email.error());
        if (*email) return Taken::email;
        auto const handle = find_one(connection, "handle = :handle", {"handle", account.handle});
        if (!handle) return std::unexpected(handle.error());
        if (*handle) return Taken::handle;
        auto parameters = parameters_of(account);
        parameters.emplace_back("created_at", to_database(account.created_at));
        auto const inserted = connection.execute(
            "INSERT INTO accounts (id, handle, display_name, email, email_key, email_verified, "
            "pending_email, password_hash, bio, language, roles, creator, status, status_reason, "
            "mail_on_live, totp_secret, totp_offered, totp_step, version, created_at) VALUES (:id, "
            ":handle, :display_name, :email, :email_key, :email_verified, :pending_email, "
            ":password_hash, :bio, :language, :roles, :creator, :status, :status_reason, "
            ":mail_on_live, :totp_secret, :totp_offered, :totp_step, :version, :created_at)",
            parameters);
        if (!inserted) return std::unexpected(inserted.error());
        return Taken::nothing;
    };
    return db::transact(database_, work);
}

Result<std::optional<Account>> AccountStore::find(AccountId const& id) {
    return look_up(database_, "id = :id", {"id", id.value()});
}

Result<std::optional<Account>> AccountStore::find_by_email(std::string_view email) {
    return look_up(database_, "email_key = :key", {"key", email_key(email)});
}

Result<std::optional<Account>> AccountStore::find_by_handle(std::string_view handle) {
    return look_up(database_, "handle = :handle", {"handle", handle});
}

Result<std::map<AccountId, Account>> AccountStore::find_all(std::vector<AccountId> const& ids) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    std::map<AccountId, Account> found;
    for (auto const& id : ids) {
        if (found.contains(id)) continue;
        auto account = find_one(**connection, "id = :id", {"id", id.value()});
        if (!account) return std::unexpected(std::move(account.error()));
        if (*account) found.emplace(id, std::move(**account));
    }
    return found;
}

Result<Account> AccountStore::edit(
    AccountId const& id, std::function<Result<void>(db::Connection&, Account&)> const& change) {
    auto const work = [&](db::Connection& connection) -> Result<Account> {
        auto found = find_one(connection, "id = :id", {"id", id.value()});
        if (!found) return std::unexpected(std::move(found.error()));
        if (!*found) return std::unexpected(no_such_account());
        auto account = std::move(**found);
        auto changed = change(connection, account);
        if (!changed) return std::unexpected(std::move(changed.error()));
        ++account.version;
        auto const updated = connection.execute(
            "UPDATE accounts SET handle = :handle, display_name = :display_name, email = :email, "
            "email_key = :email_key, email_verified = :email_verified, pending_email = "
            ":pending_email, password_hash = :password_hash, bio = :bio, language = :language, "
            "roles = :roles, creator = :creator, status = :status, status_reason = :status_reason, "
            "mail_on_live = :mail_on_live, totp_secret = :totp_secret, totp_offered = "
            ":totp_offered, totp_step = :totp_step, version = :version WHERE id = :id",
            parameters_of(account));
        if (!updated) return std::unexpected(updated.error());
        // Recovery codes may have come or gone.
        auto again = find_one(connection, "id = :id", {"id", id.value()});
        if (!again) return std::unexpected(std::move(again.error()));
        return std::move(**again);
    };
    return db::transact(database_, work);
}

Result<void> AccountStore::remove(AccountId const& id) {
    constexpr std::array<std::string_view, 9> kStatements{
        "DELETE FROM sessions WHERE account = :id",
        "DELETE FROM mail_tokens WHERE account = :id",
        "DELETE FROM recovery_codes WHERE account = :id",
        "DELETE FROM api_tokens WHERE account = :id",
        "DELETE FROM passkeys WHERE account = :id",
        "DELETE FROM moderators WHERE creator = :id OR account = :id",
        "DELETE FROM notifications WHERE account = :id",
        "UPDATE notifications SET by_account = NULL WHERE by_account = :id",
        "DELETE FROM accounts WHERE id = :id",
    };
    auto const work = [&](db::Connection& connection) -> Result<void> {
        auto const found = find_one(connection, "id = :id", {"id", id.value()});
        if (!found) return std::unexpected(found.error());
        if (!*found) return std::unexpected(no_such_account());
        if ((*found)->is(api::Role::administrator)) {
            auto const another = another_administrator(connection, id);
            if (!another) return std::unexpected(another.error());
            if (!*another) {
                return std::unexpected(last_administrator());
            }
        }
        for (auto const& statement : kStatements) {
            auto const done = connection.execute(statement, {{"id", id.value()}});
            if (!done) return std::unexpected(done.error());
        }
        return {};
    };
    return db::transact(database_, work);
}

Result<std::vector<Account>> AccountStore::list(AccountFilter const& filter,
                                                std::optional<Before> const& before,
                                                std::size_t most) {
    std::string where = "1 = 1";
    std::vector<db::Parameter> parameters;
    if (!filter.begins.empty()) {
        where += " AND (handle LIKE :begins ESCAPE '\\' OR email_key LIKE :begins ESCAPE '\\')";
        parameters.emplace_back("begins", beginning(filter.begins));
    }
    if (filter.role) {
        // Names hold no others.
        where += " AND roles LIKE :role";
        parameters.emplace_back("role", fmt::format("%{}%", api::to_string(*filter.role)));
    }
    if (filter.status) {
        where += " AND status = :status";
        parameters.emplace_back("status", to_string(*filter.status));
    }
    if (filter.creator) {
        where += " AND creator = :creator";
        parameters.emplace_back("creator", to_string(*filter.creator));
    }
    if (before) {
        where += " AND (created_at < :time OR (created_at = :time AND id < :last))";
        parameters.emplace_back("time", before->time);
        parameters.emplace_back("last", before->id);
    }
    parameters.emplace_back("most", most);
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows = (*connection)
                          ->query(fmt::format("SELECT {} FROM accounts WHERE {} ORDER BY "
                                              "created_at DESC, id DESC LIMIT :most",
                                              kColumns, where),
                                  parameters);
    if (!rows) return std::unexpected(rows.error());
    std::vector<Account> accounts;
    for (auto const& row : *rows) accounts.push_back(account_of(row));
    return accounts;
}

Result<bool> AccountStore::is_last_administrator(AccountId const& id) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const another = another_administrator(**connection, id);
    if (!another) return another;
    return !*another;
}

Result<bool> AccountStore::has_administrator() {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    return another_administrator(**connection, AccountId());
}

Result<bool> AccountStore::another_administrator(db::Connection& connection, AccountId const& id) {
    auto const rows = connection.query(
        "SELECT COUNT(*) FROM accounts WHERE (roles LIKE '%administrator%' OR roles LIKE "
        "'%moderator%') AND roles LIKE '%administrator%' AND status = 'active' AND id <> :id",
        {{"id", id.value()}});
    if (!rows) return std::unexpected(rows.error());
    return rows->front().integer(0) > 0;
}

}  // namespace directfanz::accounts
