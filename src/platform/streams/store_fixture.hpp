#pragma once

#include "platform/schema/schema.hpp"
#include "platform/streams/store.hpp"
#include "system/db/test_database.hpp"
#include "system/io/blocking.hpp"
#include "system/io/event_loop.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

namespace directfanz::streams {

/// For tests: a store on a database of its own.
class TestStore {
  public:
    explicit TestStore(db::Engine engine = db::Engine::sqlite)
        : test_database(engine), database(test_database.open()) {
        auto const migrated = db::migrate(*database, schema::migrations());
        if (!migrated) throw std::runtime_error(describe(migrated.error()));
        store.emplace(*database);
    }

    /// From now on asking the database fails.
    void break_database() {
        auto const connection = database->acquire();
        auto const broken = (*connection)->script("ALTER TABLE streams RENAME TO gone;");
        if (!broken) throw std::runtime_error(describe(broken.error()));
    }

    db::TestDatabase test_database;
    std::unique_ptr<db::Database> database;
    std::optional<StreamStore> store;
};

template <typename T>
io::Task<> keep_result(io::EventLoop& loop, io::Task<T> task, std::optional<T>& result) {
    result = co_await std::move(task);
    loop.stop();
}

/// Runs one task on a loop of its own and returns its result.
template <typename T>
T run_task(io::Task<T> task) {
    io::EventLoop loop;
    std::optional<T> result;
    loop.spawn(keep_result(loop, std::move(task), result));
    loop.run();
    return std::move(*result);
}

}  // namespace directfanz::streams
