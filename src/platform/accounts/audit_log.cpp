#include "platform/accounts/audit_log.hpp"

#include "platform/accounts/rows.hpp"
#include "platform/accounts/secret.hpp"

#include <fmt/format.h>

namespace directfanz::accounts {

Result<void> AuditLog::add(db::Connection& connection, AuditEntry const& entry) {
    auto const by = entry.by ? std::optional(entry.by->value()) : std::optional<std::string>();
    auto const inserted = connection.execute(
        "INSERT INTO audit_log (id, at, by_account, action, target, detail, address) VALUES (:id, "
        ":at, :by, :action, :target, :detail, :address)",
        {{"id", new_id()},
         {"at", to_database(entry.at)},
         {"by", by},
         {"action", entry.action},
         {"target", entry.target},
         {"detail", entry.detail},
         {"address", entry.address}});
    if (!inserted) return std::unexpected(inserted.error());
    return {};
}

Result<void> AuditLog::add(AuditEntry const& entry) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    return add(**connection, entry);
}

Result<std::vector<AuditEntry>> AuditLog::list(std::optional<Before> const& before,
                                               std::size_t most) {
    std::string where = "1 = 1";
    std::vector<db::Parameter> parameters{{"most", most}};
    if (before) {
        where = "(at < :time OR (at = :time AND id < :last))";
        parameters.emplace_back("time", before->time);
        parameters.emplace_back("last", before->id);
    }
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows = (*connection)
                          ->query(fmt::format("SELECT id, at, by_account, action, target, detail, "
                                              "address FROM audit_log WHERE {} ORDER BY at DESC, "
                                              "id DESC LIMIT :most",
                                              where),
                                  parameters);
    if (!rows) return std::unexpected(rows.error());
    std::vector<AuditEntry> entries;
    for (auto const& row : *rows) {
        auto const by = row.maybe_text(2);
        entries.push_back({.id = row.text(0),
                           .at = from_database(row.integer(1)),
                           .by = by ? std::optional(AccountId(*by)) : std::nullopt,
                           .action = row.text(3),
                           .target = row.text(4),
                           .detail = row.text(5),
                           .address = row.text(6)});
    }
    return entries;
}

}  // namespace directfanz::accounts
