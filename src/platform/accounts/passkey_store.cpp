#include "platform/accounts/passkey_store.hpp"

#include "base/base64url.hpp"
#include "platform/accounts/rows.hpp"
#include "platform/accounts/secret.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace directfanz::accounts {
namespace {

constexpr std::string_view kColumns =
    "id, account, credential_id, algorithm, public_key, sign_count, name, created_at, used_at";

Passkey passkey_of(db::Row const& row) {
    auto const key = from_base64url(row.text(4));
    if (!key) throw std::runtime_error("the database holds a passkey that is no base64url");
    auto const bytes = as_bytes(*key);
    return {.id = row.text(0),
            .account = AccountId(row.text(1)),
            .credential_id = row.text(2),
            .key = {.algorithm = static_cast<webauthn::Algorithm>(row.integer(3)),
                    .bytes = {bytes.begin(), bytes.end()}},
            .sign_count = static_cast<std::uint32_t>(row.integer(5)),
            .name = row.text(6),
            .created_at = from_database(row.integer(7)),
            .used_at = maybe_from_database(row.maybe_integer(8))};
}

}  // namespace

Result<std::string> PasskeyStore::challenge(std::string_view session, WallTime now) {
    auto challenge = new_secret();
    auto const work = [&](db::Connection& connection) -> Result<void> {
        auto const ended = connection.execute(
            "DELETE FROM passkey_challenges WHERE expires_at < :now", {{"now", to_database(now)}});
        if (!ended) return std::unexpected(ended.error());
        auto const inserted = connection.execute(
            "INSERT INTO passkey_challenges (challenge_hash, session, expires_at) VALUES "
            "(:challenge_hash, :session, :expires_at)",
            {{"challenge_hash", hash_of_secret(challenge)},
             {"session", session},
             {"expires_at", to_database(now + kChallengeLife)}});
        if (!inserted) return std::unexpected(inserted.error());
        return {};
    };
    auto const issued = db::transact(database_, work);
    if (!issued) return std::unexpected(issued.error());
    return challenge;
}

Result<bool> PasskeyStore::take_challenge(std::string_view challenge, std::string_view session,
                                          WallTime now) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const taken = (*connection)
                           ->execute(
                               "DELETE FROM passkey_challenges WHERE challenge_hash = "
                               ":challenge_hash AND session = :session AND expires_at >= :now",
                               {{"challenge_hash", hash_of_secret(challenge)},
                                {"session", session},
                                {"now", to_database(now)}});
    if (!taken) return std::unexpected(taken.error());
    return *taken > 0;
}

Result<Passkey> PasskeyStore::create(AccountId const& account,
                                     webauthn::Credential const& credential, std::string_view name,
                                     WallTime now) {
    Passkey passkey{.id = new_id(),
                    .account = account,
                    .credential_id = to_base64url(as_text(credential.id)),
                    .key = credential.key,
                    .sign_count = credential.sign_count,
                    .name = std::string(name),
                    .created_at = std::chrono::floor<milliseconds>(now),
                    .used_at = {}};
    auto const work = [&](db::Connection& connection) -> Result<void> {
        auto const rows = connection.query("SELECT COUNT(*) FROM passkeys WHERE account = :account",
                                           {{"account", account.value()}});
        if (!rows) return std::unexpected(rows.error());
        if (rows->front().integer(0) >= kMost) {
            return fail(ErrorKind::conflict, "passkey",
                        fmt::format("An account has at most {} passkeys. Remove one that is not "
                                    "used any more.",
                                    kMost));
        }
        auto const inserted = connection.execute(
            "INSERT INTO passkeys (id, account, credential_id, algorithm, public_key, sign_count, "
            "name, created_at) VALUES (:id, :account, :credential_id, :algorithm, :public_key, "
            ":sign_count, :name, :created_at) ON CONFLICT (credential_id) DO NOTHING",
            {{"id", passkey.id},
             {"account", account.value()},
             {"credential_id", passkey.credential_id},
             {"algorithm", static_cast<std::int64_t>(passkey.key.algorithm)},
             {"public_key", to_base64url(as_text(passkey.key.bytes))},
             {"sign_count", std::int64_t{passkey.sign_count}},
             {"name", name},
             {"created_at", to_database(now)}});
        if (!inserted) return std::unexpected(inserted.error());
        if (*inserted == 0) {
            return fail(ErrorKind::conflict, "passkey", "This passkey was added before.");
        }
        return {};
    };
    auto const created = db::transact(database_, work);
    if (!created) return std::unexpected(created.error());
    return passkey;
}

Result<std::optional<Passkey>> PasskeyStore::one(std::string const& sql,
                                                 std::vector<db::Parameter> const& parameters) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows = (*connection)->query(sql, parameters);
    if (!rows) return std::unexpected(rows.error());
    if (rows->empty()) return std::nullopt;
    return passkey_of(rows->front());
}

Result<std::optional<Passkey>> PasskeyStore::find(std::string_view credential_id) {
    return one(fmt::format("SELECT {} FROM passkeys WHERE credential_id = :id", kColumns),
               {{"id", credential_id}});
}

Result<bool> PasskeyStore::use(Passkey const& passkey, std::uint32_t sign_count, WallTime now) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    // Asked of the row, so that of two at once with the same count one is refused.
    auto const noted = (*connection)
                           ->execute(
                               "UPDATE passkeys SET sign_count = :sign_count, used_at = :now WHERE "
                               "id = :id AND (sign_count < :sign_count OR (sign_count = 0 AND "
                               ":sign_count = 0))",
                               {{"sign_count", std::int64_t{sign_count}},
                                {"now", to_database(now)},
                                {"id", passkey.id}});
    if (!noted) return std::unexpected(noted.error());
    return *noted > 0;
}

Result<std::vector<Passkey>> PasskeyStore::list(AccountId const& account) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows =
        (*connection)
            ->query(fmt::format("SELECT {} FROM passkeys WHERE account = :account ORDER BY "
                                "created_at DESC, id",
                                kColumns),
                    {{"account", account.value()}});
    if (!rows) return std::unexpected(rows.error());
    std::vector<Passkey> passkeys;
    for (auto const& row : *rows) passkeys.push_back(passkey_of(row));
    return passkeys;
}

Result<std::optional<Passkey>> PasskeyStore::rename(AccountId const& account, std::string_view id,
                                                    std::string_view name) {
    return one(fmt::format("UPDATE passkeys SET name = :name WHERE account = :account AND id = :id "
                           "RETURNING {}",
                           kColumns),
               {{"name", name}, {"account", account.value()}, {"id", id}});
}

Result<std::optional<Passkey>> PasskeyStore::remove(AccountId const& account, std::string_view id) {
    return one(
        fmt::format("DELETE FROM passkeys WHERE account = :account AND id = :id RETURNING {}",
                    kColumns),
        {{"account", account.value()}, {"id", id}});
}

Result<void> PasskeyStore::remove_all(db::Connection& connection, AccountId const& account) {
    auto const removed = connection.execute("DELETE FROM passkeys WHERE account = :account",
                                            {{"account", account.value()}});
    if (!removed) return std::unexpected(removed.error());
    return {};
}

}  // namespace directfanz::accounts
