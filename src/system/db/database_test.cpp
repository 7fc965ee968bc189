#include "system/db/database.hpp"

#include "system/db/test_database.hpp"

#include <memory>
#include <thread>

#include <gtest/gtest.h>

namespace directfanz::db {
namespace {

TEST(DatabaseTest, LendsEachConnectionToOneAtATime) {
    TestFolder const folder;
    auto const database = open_sqlite({.file = folder / "test.db", .max_connections = 2});
    ASSERT_TRUE(database);
    auto first = std::make_unique<Database::Lease>(std::move(*(*database)->acquire()));
    auto const second = (*database)->acquire();
    auto* const lent = &**first;
    EXPECT_NE(lent, &**second);

    Connection* third = nullptr;
    std::jthread waiting([&] {
        auto const lease = (*database)->acquire();
        ASSERT_TRUE(lease);
        third = &**lease;
    });
    first.reset();
    waiting.join();
    EXPECT_EQ(third, lent);
}

TEST(DatabaseTest, GivesTheErrorOfAConnectionThatCannotBeMade) {
    int tries = 0;
    auto refuse = [&tries]() -> Result<std::unique_ptr<Connection>> {
        ++tries;
        return fail(ErrorKind::io, "here", "no");
    };
    Database database(refuse, 1);
    EXPECT_FALSE(database.acquire());
    // The place in the pool is free again.
    EXPECT_FALSE(database.acquire());
    EXPECT_EQ(tries, 2);
}

class TransactTest : public OnEveryDatabase {};

ON_EVERY_DATABASE(TransactTest);

TEST_P(TransactTest, ManyThatReadAndThenWriteLoseNothing) {
    constexpr int kThreads = 4;
    constexpr int kEach = 25;
    auto const database = test_database.open(kThreads);
    {
        auto const connection = database->acquire();
        ASSERT_TRUE((*connection)
                        ->script("CREATE TABLE counter (n BIGINT NOT NULL); INSERT INTO counter "
                                 "VALUES (0);"));
    }
    auto const add_one = [](Connection& connection) -> Result<void> {
        auto const rows = connection.query("SELECT n FROM counter");
        if (!rows) return std::unexpected(rows.error());
        auto const written =
            connection.execute("UPDATE counter SET n = :n", {{"n", rows->front().integer(0) + 1}});
        if (!written) return std::unexpected(written.error());
        return {};
    };
    std::atomic<int> done = 0;
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < kThreads; ++thread) {
            threads.emplace_back([&] {
                for (int i = 0; i < kEach; ++i) {
                    if (transact(*database, add_one)) ++done;
                }
            });
        }
    }
    auto const connection = database->acquire();
    EXPECT_EQ((*connection)->query("SELECT n FROM counter")->front().integer(0), done);
    // Some may have given up; the most have not.
    EXPECT_GT(done, kThreads * kEach / 2);
}

TEST_P(TransactTest, ARuleOverSeveralRowsHolds) {
    constexpr int kThreads = 4;
    auto const database = test_database.open(kThreads);
    {
        auto const connection = database->acquire();
        ASSERT_TRUE((*connection)->script("CREATE TABLE seats (taken_by BIGINT NOT NULL);"));
    }
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < kThreads; ++thread) {
            threads.emplace_back([&, thread] {
                auto const take_one = [thread](Connection& connection) -> Result<bool> {
                    auto const rows = connection.query("SELECT COUNT(*) FROM seats");
                    if (!rows) return std::unexpected(rows.error());
                    if (rows->front().integer(0) >= 5) return false;
                    auto const taken =
                        connection.execute("INSERT INTO seats VALUES (:by)", {{"by", thread}});
                    if (!taken) return std::unexpected(taken.error());
                    return true;
                };
                for (int i = 0; i < 5; ++i) (void)transact(*database, take_one);
            });
        }
    }
    auto const connection = database->acquire();
    EXPECT_EQ((*connection)->query("SELECT COUNT(*) FROM seats")->front().integer(0), 5);
}

TEST_P(TransactTest, WhatFailsLeavesNothingAndIsNotTriedAgain) {
    auto const database = test_database.open();
    {
        auto const connection = database->acquire();
        ASSERT_TRUE((*connection)->script("CREATE TABLE things (n BIGINT);"));
    }
    int calls = 0;
    auto const refuse = [&calls](Connection& connection) -> Result<int> {
        ++calls;
        auto const written = connection.execute("INSERT INTO things VALUES (1)");
        if (!written) return std::unexpected(written.error());
        return fail(ErrorKind::denied, "here", "no");
    };
    auto const refused = transact(*database, refuse);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::denied);
    EXPECT_EQ(calls, 1);
    auto const connection = database->acquire();
    EXPECT_EQ((*connection)->query("SELECT COUNT(*) FROM things")->front().integer(0), 0);
}

}  // namespace
}  // namespace directfanz::db
