#include "platform/streams/category_store.hpp"

#include "platform/streams/stream.hpp"

#include <fmt/format.h>

namespace directfanz::streams {
namespace {

constexpr std::string_view kColumns = "id, slug, name, position, version";

Category category_of(db::Row const& row) {
    return {.id = row.text(0),
            .slug = row.text(1),
            .name = row.text(2),
            .position = row.integer(3),
            .version = row.integer(4)};
}

std::unexpected<Error> missing() {
    return fail(ErrorKind::not_found, "category", "There is no such category.");
}

Result<Category> with_id(db::Connection& connection, std::string const& id) {
    auto const rows = connection.query(
        fmt::format("SELECT {} FROM categories WHERE id = :id", kColumns), {{"id", id}});
    if (!rows) return std::unexpected(rows.error());
    if (rows->empty()) return missing();
    return category_of(rows->front());
}

Result<Category> with(CategoryStore::Also const& also, db::Connection& connection,
                      Category category) {
    if (also) {
        auto const written = also(connection, category);
        if (!written) return std::unexpected(written.error());
    }
    return category;
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
                                       std::optional<std::int64_t> position, Also const& also) {
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
        return with(also, connection, category);
    });
}

Result<Category> CategoryStore::edit(std::string const& id,
                                     std::function<bool(std::int64_t version)> const& allows,
                                     std::optional<std::string> const& name,
                                     std::optional<std::int64_t> position, Also const& also) {
    return db::transact(database_, [&](db::Connection& connection) -> Result<Category> {
        auto const known = with_id(connection, id);
        if (!known) return known;
        if (!allows(known->version)) return fail(ErrorKind::conflict, "category", "changed");
        // Whoever was faster between the two has raised the version.
        auto const rows = connection.query(
            fmt::format("UPDATE categories SET name = COALESCE(CAST(:name AS TEXT), name), "
                        "position = COALESCE(CAST(:position AS BIGINT), position), "
                        "version = version + 1 WHERE id = :id AND version = :version RETURNING {}",
                        kColumns),
            {{"id", id}, {"version", known->version}, {"name", name}, {"position", position}});
        if (!rows) return std::unexpected(rows.error());
        if (rows->empty()) return fail(ErrorKind::conflict, "category", "changed");
        return with(also, connection, category_of(rows->front()));
    });
}

Result<void> CategoryStore::remove(std::string const& id, Also const& also) {
    auto const removed =
        db::transact(database_, [&](db::Connection& connection) -> Result<Category> {
            auto const known = with_id(connection, id);
            if (!known) return known;
            auto const emptied = connection.execute(
                "UPDATE streams SET category = NULL, version = version + 1 WHERE category = :slug",
                {{"slug", known->slug}});
            if (!emptied) return std::unexpected(emptied.error());
            auto const gone =
                connection.execute("DELETE FROM categories WHERE id = :id", {{"id", id}});
            if (!gone) return std::unexpected(gone.error());
            return with(also, connection, *known);
        });
    if (!removed) return std::unexpected(removed.error());
    return {};
}

}  // namespace directfanz::streams
