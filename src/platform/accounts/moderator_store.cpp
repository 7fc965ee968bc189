#include "platform/accounts/moderator_store.hpp"

#include "platform/accounts/rows.hpp"

#include <fmt/format.h>

namespace directfanz::accounts {

Result<bool> ModeratorStore::add(AccountId const& creator, AccountId const& account, WallTime now) {
    auto const work = [&](db::Connection& connection) -> Result<bool> {
        auto const inserted = connection.execute(
            "INSERT INTO moderators (creator, account, created_at) VALUES (:creator, :account, "
            ":now) ON CONFLICT (creator, account) DO NOTHING",
            {{"creator", creator.value()},
             {"account", account.value()},
             {"now", to_database(now)}});
        if (!inserted) return std::unexpected(inserted.error());
        if (*inserted == 0) return false;
        auto const rows =
            connection.query("SELECT COUNT(*) FROM moderators WHERE creator = :creator",
                             {{"creator", creator.value()}});
        if (!rows) return std::unexpected(rows.error());
        if (rows->front().integer(0) > kMost) {
            return fail(ErrorKind::conflict, "moderator",
                        fmt::format("A creator has at most {} moderators.", kMost));
        }
        return true;
    };
    return db::transact(database_, work);
}

Result<void> ModeratorStore::remove(AccountId const& creator, AccountId const& account) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const removed =
        (*connection)
            ->execute("DELETE FROM moderators WHERE creator = :creator AND account = :account",
                      {{"creator", creator.value()}, {"account", account.value()}});
    if (!removed) return std::unexpected(removed.error());
    return {};
}

Result<bool> ModeratorStore::moderates(AccountId const& account, AccountId const& creator) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows =
        (*connection)
            ->query("SELECT 1 FROM moderators WHERE creator = :creator AND account = :account",
                    {{"creator", creator.value()}, {"account", account.value()}});
    if (!rows) return std::unexpected(rows.error());
    return !rows->empty();
}

Result<std::vector<AccountId>> ModeratorStore::list(AccountId const& creator) {
    return accounts_of(
        "SELECT accounts.id FROM moderators JOIN accounts ON accounts.id = moderators.account "
        "WHERE moderators.creator = :whose ORDER BY accounts.handle",
        creator);
}

Result<std::vector<AccountId>> ModeratorStore::named_by(AccountId const& account) {
    return accounts_of(
        "SELECT accounts.id FROM moderators JOIN accounts ON accounts.id = moderators.creator "
        "WHERE moderators.account = :whose ORDER BY accounts.handle",
        account);
}

Result<std::vector<AccountId>> ModeratorStore::accounts_of(std::string const& sql,
                                                           AccountId const& whose) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows = (*connection)->query(sql, {{"whose", whose.value()}});
    if (!rows) return std::unexpected(rows.error());
    std::vector<AccountId> ids;
    for (auto const& row : *rows) ids.emplace_back(row.text(0));
    return ids;
}

}  // namespace directfanz::accounts
