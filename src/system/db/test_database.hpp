#pragma once

#include "system/db/postgres.hpp"
#include "system/db/sqlite.hpp"
#include "system/db/test_folder.hpp"
#include "system/db/test_postgres.hpp"

#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

/// For tests alone: the same test on every database.
///
///     class StoreTest : public db::OnEveryDatabase { … };     // `test_database` is empty
///     ON_EVERY_DATABASE(StoreTest);
///     TEST_P(StoreTest, KeepsWhatItIsGiven) { auto const database = test_database.open(); … }
namespace directfanz::db {

enum class Engine { sqlite, postgres };

inline std::string_view to_string(Engine engine) {
    return engine == Engine::sqlite ? "sqlite" : "postgres";
}
/// For GoogleTest.
inline void PrintTo(Engine engine, std::ostream* out) {
    *out << to_string(engine);
}

/// A database of its own, empty.
class TestDatabase {
  public:
    explicit TestDatabase(Engine engine) : engine_(engine) {
        if (engine == Engine::postgres) schema_ = TestPostgres::shared().new_schema();
    }
    ~TestDatabase() {
        if (schema_.empty() || TestPostgres::shared().pid() < 0) return;
        auto const database = open_postgres({.url = url(), .max_connections = 1});
        if (!database) return;
        auto const connection = (*database)->acquire();
        if (connection) (void)(*connection)->script("DROP SCHEMA " + schema_ + " CASCADE");
    }
    TestDatabase(TestDatabase const&) = delete;
    TestDatabase& operator=(TestDatabase const&) = delete;

    Engine engine() const { return engine_; }

    /// All of them are pools of connections to the same database.
    std::unique_ptr<Database> open(std::size_t max_connections = 4) const {
        auto opened = try_open(max_connections);
        if (!opened) throw std::runtime_error(describe(opened.error()));
        return std::move(*opened);
    }

    Result<std::unique_ptr<Database>> try_open(std::size_t max_connections = 4) const {
        if (engine_ == Engine::sqlite) {
            return open_sqlite({.file = folder_ / "test.db", .max_connections = max_connections});
        }
        return open_postgres({.url = url(), .max_connections = max_connections});
    }

    /// SQLite's files lie here.
    std::filesystem::path const& folder() const { return folder_.path(); }
    /// PostgreSQL's.
    std::string url() const { return TestPostgres::shared().url(schema_); }

  private:
    Engine engine_;
    TestFolder folder_;
    std::string schema_;
};

class OnEveryDatabase : public testing::TestWithParam<Engine> {
  protected:
    TestDatabase test_database{GetParam()};
};

inline std::string engine_name(testing::TestParamInfo<Engine> const& info) {
    return std::string(to_string(info.param));
}

}  // namespace directfanz::db

#define ON_EVERY_DATABASE(suite)                                                               \
    INSTANTIATE_TEST_SUITE_P(                                                                  \
        , suite,                                                                               \
        testing::Values(::directfanz::db::Engine::sqlite, ::directfanz::db::Engine::postgres), \
        ::directfanz::db::engine_name)
