#include "system/db/connection.hpp"

#include "system/db/test_database.hpp"

#include <cstdint>
#include <limits>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::db {
namespace {

using testing::HasSubstr;

/// What every database does alike.
class ConnectionTest : public OnEveryDatabase {
  protected:
    static std::int64_t count(Connection& connection) {
        auto const rows = connection.query("SELECT COUNT(*) FROM things");
        return rows ? rows->front().integer(0) : -1;
    }

    static void make_table(Connection& connection) {
        auto const made = connection.script(
            "CREATE TABLE things (name TEXT PRIMARY KEY, number BIGINT NOT NULL);");
        ASSERT_TRUE(made) << describe(made.error());
    }
};

ON_EVERY_DATABASE(ConnectionTest);

TEST_P(ConnectionTest, ValuesComeBackAsTheyWereGiven) {
    auto const database = test_database.open();
    auto const connection = database->acquire();
    make_table(**connection);
    std::string const nasty = "O'Brien \"; DROP TABLE things; -- :name ☀ 日本";
    for (auto const& [name, number] :
         {std::pair{nasty, std::numeric_limits<std::int64_t>::max()},
          std::pair{std::string(), std::numeric_limits<std::int64_t>::min()},
          std::pair{std::string(100'000, 'x'), std::int64_t{1} << 40}}) {
        auto const inserted =
            (*connection)
                ->execute("INSERT INTO things (name, number) VALUES (:name, :number)",
                          {{"number", number}, {"name", name}});
        ASSERT_TRUE(inserted) << describe(inserted.error());
        EXPECT_EQ(*inserted, 1);
        auto const rows =
            (*connection)
                ->query("SELECT number, name FROM things WHERE name = :name", {{"name", name}});
        ASSERT_TRUE(rows);
        ASSERT_EQ(rows->size(), 1U);
        EXPECT_EQ(rows->front().integer(0), number);
        EXPECT_EQ(rows->front().text(1), name);
    }
}

TEST_P(ConnectionTest, NullReadsAsZeroAndEmpty) {
    auto const database = test_database.open();
    auto const connection = database->acquire();
    make_table(**connection);
    auto const rows = (*connection)->query("SELECT MAX(number), MAX(name) FROM things");
    ASSERT_TRUE(rows);
    EXPECT_TRUE(rows->front().is_null(0));
    EXPECT_EQ(rows->front().integer(0), 0);
    EXPECT_EQ(rows->front().text(1), "");
}

TEST_P(ConnectionTest, TellsHowManyRowsChanged) {
    auto const database = test_database.open();
    auto const connection = database->acquire();
    make_table(**connection);
    ASSERT_TRUE((*connection)->script("INSERT INTO things VALUES ('a', 1), ('b', 1), ('c', 2);"));
    EXPECT_EQ((*connection)->execute("UPDATE things SET number = 9 WHERE number = 1"), 2);
    EXPECT_EQ((*connection)->execute("DELETE FROM things WHERE number = 1"), 0);
}

TEST_P(ConnectionTest, ATransactionThatIsNotCommittedLeavesNothing) {
    auto const database = test_database.open();
    auto const connection = database->acquire();
    make_table(**connection);
    {
        auto const transaction = Transaction::begin(**connection);
        ASSERT_TRUE(transaction);
        ASSERT_TRUE((*connection)->script("INSERT INTO things VALUES ('a', 1);"));
        EXPECT_EQ(count(**connection), 1);
    }
    EXPECT_EQ(count(**connection), 0);
    {
        auto transaction = Transaction::begin(**connection);
        ASSERT_TRUE(transaction);
        ASSERT_TRUE((*connection)->script("INSERT INTO things VALUES ('a', 1);"));
        ASSERT_TRUE(transaction->commit());
    }
    EXPECT_EQ(count(**connection), 1);
}

TEST_P(ConnectionTest, WhatWasCommittedIsThereAfterOpeningAgain) {
    {
        auto const database = test_database.open();
        auto const connection = database->acquire();
        make_table(**connection);
        ASSERT_TRUE((*connection)->script("INSERT INTO things VALUES ('a', 1);"));
    }
    auto const database = test_database.open();
    auto const connection = database->acquire();
    EXPECT_EQ(count(**connection), 1);
}

TEST_P(ConnectionTest, WrongSqlIsAnErrorNotAnException) {
    auto const database = test_database.open();
    auto const connection = database->acquire();
    EXPECT_FALSE((*connection)->query("SELECT nonsense FROM nowhere"));
    EXPECT_FALSE((*connection)->execute("INSERT INTO nowhere VALUES (1)"));
    EXPECT_FALSE((*connection)->script("CREATE TABLE;"));
    EXPECT_TRUE((*connection)->query("SELECT 1"));
}

TEST_P(ConnectionTest, NullIsGivenAndTaken) {
    auto const database = test_database.open();
    auto const connection = database->acquire();
    ASSERT_TRUE((*connection)->script("CREATE TABLE maybe (id BIGINT, number BIGINT, text TEXT);"));
    std::optional<std::int64_t> const no_number;
    std::optional<std::string> const no_text;
    std::string_view const insert =
        "INSERT INTO maybe (id, number, text) VALUES (:id, :number, :text)";
    ASSERT_TRUE(
        (*connection)->execute(insert, {{"id", 1}, {"number", no_number}, {"text", no_text}}));
    ASSERT_TRUE((*connection)
                    ->execute(insert, {{"id", 2},
                                       {"number", std::optional<std::int64_t>(7)},
                                       {"text", std::optional<std::string>("x")}}));
    ASSERT_TRUE(
        (*connection)->execute(insert, {{"id", 3}, {"number", std::nullopt}, {"text", Value()}}));
    auto const rows = (*connection)->query("SELECT number, text FROM maybe ORDER BY id");
    ASSERT_TRUE(rows) << describe(rows.error());
    ASSERT_EQ(rows->size(), 3U);
    for (auto const row : {0U, 2U}) {
        EXPECT_EQ((*rows)[row].maybe_integer(0), std::nullopt);
        EXPECT_EQ((*rows)[row].maybe_text(1), std::nullopt);
    }
    EXPECT_EQ((*rows)[1].maybe_integer(0), 7);
    EXPECT_EQ((*rows)[1].maybe_text(1), "x");
}

TEST_P(ConnectionTest, AParameterMayStandInSeveralPlaces) {
    auto const database = test_database.open();
    auto const connection = database->acquire();
    make_table(**connection);
    ASSERT_TRUE((*connection)->script("INSERT INTO things VALUES ('a', 1), ('b', 2), ('c', 3);"));
    auto const rows = (*connection)
                          ->query(
                              "SELECT name FROM things WHERE number < :n OR number > :n "
                              "OR name = ':n' ORDER BY name",
                              {{"n", 2}});
    ASSERT_TRUE(rows) << describe(rows.error());
    ASSERT_EQ(rows->size(), 2U);
    EXPECT_EQ(rows->front().text(0), "a");
    EXPECT_EQ(rows->back().text(0), "c");
}

TEST_P(ConnectionTest, ParametersMayBeMadeAtRunTime) {
    auto const database = test_database.open();
    auto const connection = database->acquire();
    std::vector<Parameter> made;
    made.emplace_back("a", 3);
    made.emplace_back("b", std::string("x"));
    auto const rows = (*connection)->query("SELECT CAST(:a AS BIGINT) + 1, CAST(:b AS TEXT)", made);
    ASSERT_TRUE(rows) << describe(rows.error());
    EXPECT_EQ(rows->front().integer(0), 4);
    EXPECT_EQ(rows->front().text(1), "x");
}

TEST_P(ConnectionTest, AParameterWithoutAValueIsAnError) {
    auto const database = test_database.open();
    auto const connection = database->acquire();
    make_table(**connection);
    auto const refused =
        (*connection)->query("SELECT name FROM things WHERE number = :number", {{"numbr", 1}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_THAT(refused.error().message, HasSubstr("number was given no value"));
}

TEST_P(ConnectionTest, ATextWithANulIsRefusedAndNotCutShort) {
    auto const database = test_database.open();
    auto const connection = database->acquire();
    make_table(**connection);
    auto const refused =
        (*connection)
            ->execute("INSERT INTO things VALUES (:name, 1)", {{"name", std::string("a\0b", 3)}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_EQ(count(**connection), 0);
}

TEST_P(ConnectionTest, SeveralStatementsAreNoQuery) {
    auto const database = test_database.open();
    auto const connection = database->acquire();
    make_table(**connection);
    EXPECT_FALSE((*connection)->execute("DELETE FROM things; INSERT INTO things VALUES ('a', 1)"));
    EXPECT_EQ(count(**connection), 0);
}

TEST_P(ConnectionTest, ABrokenRuleIsAConflict) {
    auto const database = test_database.open();
    auto const connection = database->acquire();
    make_table(**connection);
    std::string_view const insert = "INSERT INTO things VALUES (:name, :number)";
    ASSERT_TRUE((*connection)->execute(insert, {{"name", "a"}, {"number", 1}}));
    for (auto const& parameters :
         {std::vector<Parameter>{{"name", "a"}, {"number", 2}},
          std::vector<Parameter>{{"name", "b"}, {"number", std::nullopt}}}) {
        auto const refused = (*connection)->execute(insert, parameters);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    }
    EXPECT_EQ(
        (*connection)->execute("INSERT INTO things VALUES ('a', 3) ON CONFLICT (name) DO NOTHING"),
        0);
    EXPECT_EQ(count(**connection), 1);
}

TEST_P(ConnectionTest, WhatIsComputedIsReadAlike) {
    auto const database = test_database.open();
    auto const connection = database->acquire();
    make_table(**connection);
    ASSERT_TRUE((*connection)->script("INSERT INTO things VALUES ('a', 1), ('b', 2);"));
    auto const rows =
        (*connection)
            ->query(
                "SELECT SUM(number), COUNT(*), EXISTS (SELECT 1 FROM things WHERE number = 2), "
                "EXISTS (SELECT 1 FROM things WHERE number = 9), MAX(name) FROM things");
    ASSERT_TRUE(rows) << describe(rows.error());
    auto const& row = rows->front();
    EXPECT_EQ(row.integer(0), 3);
    EXPECT_EQ(row.integer(1), 2);
    EXPECT_EQ(row.integer(2), 1);
    EXPECT_EQ(row.integer(3), 0);
    EXPECT_EQ(row.text(4), "b");
}

TEST_P(ConnectionTest, WhatAnInsertMadeComesBack) {
    auto const database = test_database.open();
    auto const connection = database->acquire();
    make_table(**connection);
    auto const rows = (*connection)
                          ->query(
                              "INSERT INTO things VALUES (:name, 1) ON CONFLICT (name) DO UPDATE "
                              "SET number = things.number + 1 RETURNING number",
                              {{"name", "a"}});
    ASSERT_TRUE(rows) << describe(rows.error());
    EXPECT_EQ(rows->front().integer(0), 1);
    EXPECT_EQ(count(**connection), 1);
}

TEST_P(ConnectionTest, MoreTextsThanAreKeptPreparedStillWork) {
    auto const database = test_database.open(1);
    auto const connection = database->acquire();
    for (int i = 0; i < 1200; ++i) {
        auto const rows =
            (*connection)->query("SELECT CAST(:a AS BIGINT) + " + std::to_string(i), {{"a", 1}});
        ASSERT_TRUE(rows) << describe(rows.error());
        ASSERT_EQ(rows->front().integer(0), i + 1);
    }
}

TEST_P(ConnectionTest, AStatementThatIsKeptSeesATablesNewColumns) {
    auto const database = test_database.open();
    auto const reader = database->acquire();
    auto const writer = database->acquire();
    make_table(**writer);
    ASSERT_TRUE((*writer)->script("INSERT INTO things VALUES ('a', 1);"));
    EXPECT_EQ((*reader)->query("SELECT * FROM things")->front().size(), 2U);
    ASSERT_TRUE((*writer)->script("ALTER TABLE things ADD COLUMN more BIGINT;"));
    auto const rows = (*reader)->query("SELECT * FROM things");
    ASSERT_TRUE(rows) << describe(rows.error());
    EXPECT_EQ(rows->front().size(), 3U);
}

TEST_P(ConnectionTest, AfterAnErrorATransactionCannotBeCommittedInPart) {
    auto const database = test_database.open();
    auto const connection = database->acquire();
    make_table(**connection);
    auto transaction = Transaction::begin(**connection);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE((*connection)->execute("INSERT INTO things VALUES ('a', 1)"));
    ASSERT_FALSE((*connection)->execute("INSERT INTO things VALUES ('a', 1)"));
    EXPECT_FALSE(transaction->commit());
    {
        auto const ended = std::move(*transaction);
    }
    EXPECT_EQ(count(**connection), 0);
}

}  // namespace
}  // namespace directfanz::db
