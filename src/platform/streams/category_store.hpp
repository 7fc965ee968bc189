#pragma once

#include "base/result.hpp"
#include "system/db/database.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace directfanz::streams {

/// What a stream is about.
struct Category {
    std::string id;
    /// For addresses; never changes.
    std::string slug;
    std::string name;
    /// In lists; those at the same one by their name.
    std::int64_t position = 0;
    /// Counts edits.
    std::int64_t version = 1;

    bool operator==(Category const&) const = default;
};

/// Categories, which an administrator edits. Every call blocks; from any thread.
class CategoryStore {
  public:
    explicit CategoryStore(db::Database& database) : database_(database) {}

    /// What is written with a change, in its transaction: neither is kept without the other.
    using Also = std::function<Result<void>(db::Connection&, Category const&)>;

    /// As they stand in lists.
    Result<std::vector<Category>> list();
    Result<std::optional<Category>> find(std::string const& slug);

    /// Behind all others without a position. Errors: conflict (the slug is taken), too_large (there
    /// are kMost).
    Result<Category> create(std::string slug, std::string name,
                            std::optional<std::int64_t> position, Also const& also = {});
    /// What is nothing stays. Errors: not_found, conflict (`allows` does not like its version).
    Result<Category> edit(std::string const& id,
                          std::function<bool(std::int64_t version)> const& allows,
                          std::optional<std::string> const& name,
                          std::optional<std::int64_t> position, Also const& also = {});
    /// Its streams have none then. Error: not_found.
    Result<void> remove(std::string const& id, Also const& also = {});

    static constexpr std::int64_t kMost = 200;

  private:
    db::Database& database_;
};

}  // namespace directfanz::streams
