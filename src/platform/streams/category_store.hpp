#pragma once

#include "base/result.hpp"
#include "system/db/database.hpp"

#include <cstdint>
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

    bool operator==(Category const&) const = default;
};

/// Categories, which an administrator edits. Every call blocks; from any thread.
class CategoryStore {
  public:
    explicit CategoryStore(db::Database& database) : database_(database) {}

    /// As they stand in lists.
    Result<std::vector<Category>> list();
    Result<std::optional<Category>> find(std::string const& slug);

    /// Behind all others without a position. Errors: conflict (the slug is taken), too_large (there
    /// are kMost).
    Result<Category> create(std::string slug, std::string name,
                            std::optional<std::int64_t> position);
    /// What is nothing stays. Error: not_found.
    Result<Category> edit(std::string const& id, std::optional<std::string> name,
                          std::optional<std::int64_t> position);
    /// Its streams have none then. Error: not_found.
    Result<void> remove(std::string const& id);

    static constexpr std::int64_t kMost = 200;

  private:
    db::Database& database_;
};

}  // namespace directfanz::streams
