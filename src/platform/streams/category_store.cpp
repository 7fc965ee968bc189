#include "platform/streams/category_store.hpp"

#include "platform/streams/stream.hpp"

#include <fmt/format.h>

namespace directfanz::streams {
namespace {

constexpr std::string_view kColumns = "id, slug, name, position";

Category category_of(db::Row const& row) {
    return {
        .id = row.text(0), .slug = row.text(1), .name = row.text(2), .position = row.integer(3)};
}

std::unexpected<Error> missing() {
    return fail(ErrorKind::not_found, "category", "There is no such category.");
}

}  // namespace

Result<std::vector<Category>> CategoryStore::list() {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows = (*connection)
                          ->query(fmt::format(
                              "SELECT {} FROM categories ORDER BY position, name, slug", kColumns));
    if (!rows) return std::unexpected(rows.error());
    std::vector<Category> categories;
    for (auto const& row : *rows) categories.push_back(category_of(row));
    return categories;
}

Result<std::optional<Category>> CategoryStore::find(std::string const& slug) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows =
        (*connection)
            ->query(fmt::format("SELECT {} FROM categories WHERE slug = :slug", kColumns),
                    {{"slug", slug}});
    if (!rows) return std::unexpected(rows.error());
    if (rows->empty()) return std::nullopt;
    return category_of(rows->front());
}

Result<Category> CategoryStore::create(std::string slug, std::string name,
                                       std::optional<std::int64_t> position) {
    Category category{.id = new_row_id(), .slug = std::move(slug), .name = std::move(name)};
    return db::transact(database_, [&](db::Connection& connection) -> Result<Category> {
        auto const known =
            connection.query("SELECT COUNT(*), COALESCE(MAX(position), 0) FROM categories");
        if (!known) return std::unexpected(known.error());
        if (known->front().integer(0) >= kMost) {
            return fail(ErrorKind::too_large, "category",
                        fmt::format("There are {} categories already.", kMost));
        }
        category.position = position.value_or(known->front().integer(1) + 10);
        auto const inserted = connection.execute(
            "INSERT INTO categories (id, slug, name, position) "
            "VALUES (:id, :slug, :name, :position) ON CONFLICT (slug) DO NOTHING",
            {{"id", category.id},
             {"slug", category.slug},
             {"name", category.name},
             {"position", category.position}});
        if (!inserted) return std::unexpected(inserted.error());
        if (*inserted == 0) {
            return fail(ErrorKind::conflict, "slug", "Another category has this address already.");
        }
        return category;
    });
}

Result<Category> CategoryStore::edit(std::string const& id, std::optional<std::string> name,
                                     std::optional<std::int64_t> position) {
    auto connection = database_.acquire();
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto const rows =
        (*connection)
            ->query(fmt::format("UPDATE categories SET name = COALESCE(CAST(:name AS TEXT), name), "
                                "position = COALESCE(CAST(:position AS BIGINT), position) "
                                "WHERE id = :id RETURNING {}",
                                kColumns),
                    {{"id", id}, {"name", name}, {"position", position}});
    if (!rows) return std::unexpected(rows.error());
    if (rows->empty()) return missing();
    return category_of(rows->front());
}

Result<void> CategoryStore::remove(std::string const& id) {
    return db::transact(database_, [&](db::Connection& connection) -> Result<void> {
        auto const emptied = connection.execute(
            "UPDATE streams SET category = NULL, version = version + 1 "
            "WHERE category = (SELECT slug FROM categories WHERE id = :id)",
            {{"id", id}});
        if (!emptied) return std::unexpected(emptied.error());
        auto const removed =
            connection.execute("DELETE FROM categories WHERE id = :id", {{"id", id}});
        if (!removed) return std::unexpected(removed.error());
        if (*removed == 0) return missing();
        return {};
    });
}

}  // namespace directfanz::streams
