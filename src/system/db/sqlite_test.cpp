#include "system/db/sqlite.hpp"

#include "system/db/test_folder.hpp"

#include <cstdint>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace directfanz::db {
namespace {

using testing::HasSubstr;

unsigned permissions(std::filesystem::path const& file) {
    struct stat status{};
    return ::stat(file.c_str(), &status) == 0 ? status.st_mode & 0777U : 0;
}

class SqliteTest : public testing::Test {
  protected:
    std::unique_ptr<Database> open(std::string_view name = "test.db",
                                   milliseconds busy_timeout = milliseconds(5000)) {
        auto opened = open_sqlite({.file = folder / name, .busy_timeout = busy_timeout});
        if (!opened) ADD_FAILURE() << describe(opened.error());
        return std::move(*opened);
    }

    static std::int64_t count(Connection& connection) {
        auto const rows = connection.query("SELECT COUNT(*) FROM things");
        return rows ? rows->front().integer(0) : -1;
    }

    static void make_table(Connection& connection) {
        auto const made = connection.script(
            "CREATE TABLE things (name TEXT PRIMARY KEY, number BIGINT NOT NULL);");
        ASSERT_TRUE(made) << describe(made.error());
    }

    TestFolder folder;
};

TEST_F(SqliteTest, ANewFileCanBeReadByItsOwnerOnly) {
    auto const database = open();
    auto const connection = database->acquire();
    make_table(**connection);
    EXPECT_EQ(permissions(folder / "test.db"), 0600U);
    EXPECT_EQ(permissions(folder / "test.db-wal"), 0600U);
    EXPECT_EQ(permissions(folder / "test.db-shm"), 0600U);
}

TEST_F(SqliteTest, WritesAheadSynchronisesNormallyAndKeepsForeignKeys) {
    auto const database = open();
    auto const connection = database->acquire();
    EXPECT_EQ((*connection)->query("PRAGMA journal_mode")->front().text(0), "wal");
    EXPECT_EQ((*connection)->query("PRAGMA synchronous")->front().integer(0), 1);
    EXPECT_EQ((*connection)->query("PRAGMA foreign_keys")->front().integer(0), 1);
    ASSERT_TRUE((*connection)
                    ->script("CREATE TABLE a (id BIGINT PRIMARY KEY); CREATE TABLE b (a BIGINT "
                             "REFERENCES a (id));"));
    auto const orphan = (*connection)->execute("INSERT INTO b (a) VALUES (7)");
    ASSERT_FALSE(orphan);
    EXPECT_EQ(orphan.error().kind, ErrorKind::conflict);
}

TEST_F(SqliteTest, ReadersDoNotWaitForTheWriter) {
    auto const database = open("test.db", milliseconds(0));
    auto const writer = database->acquire();
    make_table(**writer);
    auto const transaction = Transaction::begin(**writer);
    ASSERT_TRUE((*writer)->script("INSERT INTO things VALUES ('a', 1);"));
    auto const reader = database->acquire();
    EXPECT_EQ(count(**reader), 0);
}

TEST_F(SqliteTest, ALockThatLastsIsToldInWords) {
    auto const mine = open();
    auto const others = open("test.db", milliseconds(20));
    auto const writer = mine->acquire();
    auto const transaction = Transaction::begin(**writer);
    ASSERT_TRUE(transaction);
    auto const waiting = others->acquire();
    auto const refused = Transaction::begin(**waiting);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(refused.error().message, HasSubstr("locked by another program"));
}

TEST_F(SqliteTest, AFullDiskIsToldInWordsAndLeavesWhatWasThere) {
    auto const database = open();
    auto const connection = database->acquire();
    make_table(**connection);
    ASSERT_TRUE((*connection)->script("INSERT INTO things VALUES ('a', 1);"));
    // The engine's own limit stands in for a disk that is full: the result code is the same.
    ASSERT_TRUE((*connection)->script("PRAGMA max_page_count = 4;"));
    {
        auto const transaction = Transaction::begin(**connection);
        auto const full = (*connection)
                              ->execute("INSERT INTO things VALUES (:name, 1)",
                                        {{"name", std::string(100'000, 'x')}});
        ASSERT_FALSE(full);
        EXPECT_EQ(full.error().kind, ErrorKind::unavailable);
        EXPECT_THAT(full.error().message, HasSubstr("full; free some space"));
    }
    EXPECT_EQ(count(**connection), 1);
    ASSERT_TRUE((*connection)->script("PRAGMA max_page_count = 1000;"));
    EXPECT_TRUE((*connection)->script("INSERT INTO things VALUES ('b', 1);"));
}

TEST_F(SqliteTest, AFileThatIsNoDatabaseIsRefusedInWords) {
    std::ofstream(folder / "test.db") << std::string(5000, 'x');
    auto const opened = open_sqlite({.file = folder / "test.db"});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::io);
    EXPECT_THAT(opened.error().message, HasSubstr("damaged or not a database"));
    EXPECT_THAT(opened.error().message, HasSubstr("restore it from a backup"));
}

TEST_F(SqliteTest, ADamagedDatabaseIsToldInWords) {
    {
        auto const database = open();
        auto const connection = database->acquire();
        make_table(**connection);
        for (int i = 0; i < 200; ++i) {
            ASSERT_TRUE((*connection)
                            ->execute("INSERT INTO things VALUES (:name, 1)",
                                      {{"name", std::to_string(i) + std::string(500, 'x')}}));
        }
    }
    {
        std::fstream file(folder / "test.db", std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(8192);
        file << std::string(60'000, '\xa5');
    }
    auto const database = open();
    auto const connection = database->acquire();
    auto const rows = (*connection)->query("SELECT name, number FROM things");
    ASSERT_FALSE(rows);
    EXPECT_EQ(rows.error().kind, ErrorKind::io);
    EXPECT_THAT(rows.error().message, HasSubstr("damaged"));
}

TEST_F(SqliteTest, AMissingFolderIsToldInWords) {
    auto const opened = open_sqlite({.file = folder / "missing" / "test.db"});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().kind, ErrorKind::io);
    EXPECT_THAT(opened.error().message, HasSubstr("cannot create"));
    EXPECT_THAT(opened.error().message, HasSubstr("No such file or directory"));
}

TEST_F(SqliteTest, AFolderInPlaceOfTheFileIsToldInWords) {
    std::filesystem::create_directory(folder / "test.db");
    auto const opened = open_sqlite({.file = folder / "test.db"});
    ASSERT_FALSE(opened);
    EXPECT_THAT(opened.error().message, HasSubstr("cannot open"));
}

TEST_F(SqliteTest, AnyPathWorks) {
    std::string_view const name = "a = b; dbname=c 'd' \"e\" ?mode=memory ☀.db";
    auto const database = open(name);
    auto const connection = database->acquire();
    make_table(**connection);
    EXPECT_TRUE(std::filesystem::exists(folder / name));
}

TEST_F(SqliteTest, AWriterWaitsForTheOneBefore) {
    auto const database = open();
    auto const first = database->acquire();
    make_table(**first);
    std::jthread second;
    {
        auto transaction = Transaction::begin(**first);
        second = std::jthread([&] {
            auto const connection = database->acquire();
            auto mine = Transaction::begin(**connection);
            ASSERT_TRUE(mine) << describe(mine.error());
            EXPECT_EQ(count(**connection), 1);
            ASSERT_TRUE(mine->commit());
        });
        ASSERT_TRUE((*first)->script("INSERT INTO things VALUES ('a', 1);"));
        ASSERT_TRUE(transaction->commit());
    }
}

}  // namespace
}  // namespace directfanz::db
