#include "system/db/migrate.hpp"

#include "system/db/test_database.hpp"

#include <deque>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace directfanz::db {
namespace {

using testing::HasSubstr;

constexpr Migration kFirst{1, "first", "CREATE TABLE a (id BIGINT); CREATE TABLE b (id BIGINT);"};
constexpr Migration kSecond{2, "second", "INSERT INTO a VALUES (1); INSERT INTO b VALUES (2);"};
constexpr Migration kBroken{3, "broken", "CREATE TABLE c (id BIGINT); INSERT INTO d VALUES (1);"};

class MigrateTest : public OnEveryDatabase {
  protected:
    std::unique_ptr<Database> open() { return test_database.open(); }

    static std::int64_t number(Database& database, std::string_view sql) {
        auto const connection = database.acquire();
        auto const rows = (*connection)->query(sql);
        return rows ? rows->front().integer(0) : -1;
    }
};

ON_EVERY_DATABASE(MigrateTest);

TEST_P(MigrateTest, AppliesEachStepOnceInOrder) {
    auto const database = open();
    EXPECT_EQ(migrate(*database, std::vector{kFirst}), 1);
    EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM a"), 0);
    EXPECT_EQ(migrate(*database, std::vector{kFirst, kSecond}), 2);
    EXPECT_EQ(migrate(*database, std::vector{kFirst, kSecond}), 2);
    EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM a"), 1);
    EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM schema_migrations WHERE applied_at > 0"), 2);
}

TEST_P(MigrateTest, ADatabaseOfANewerProgramIsRefusedInOneSentence) {
    auto const database = open();
    ASSERT_TRUE(migrate(*database, std::vector{kFirst, kSecond}));
    auto const refused = migrate(*database, std::vector{kFirst});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unsupported);
    EXPECT_EQ(refused.error().message,
              "the data was written by a newer DirectFanz (its schema is 2, this program knows 1); "
              "start that version, or restore a backup");
}

TEST_P(MigrateTest, AStepThatFailsLeavesNothingOfItself) {
    auto const database = open();
    auto const failed = migrate(*database, std::vector{kFirst, kSecond, kBroken});
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().message, HasSubstr("migration 3 (broken) failed"));
    EXPECT_EQ(number(*database, "SELECT MAX(version) FROM schema_migrations"), 2);
    EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM c"), -1);

    constexpr Migration mended{3, "mended", "CREATE TABLE c (id BIGINT);"};
    EXPECT_EQ(migrate(*database, std::vector{kFirst, kSecond, mended}), 3);
    EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM c"), 0);
}

TEST_P(MigrateTest, AProcessThatDiesInTheMiddleOfAStepLeavesNothingOfIt) {
    auto const child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        auto const database = open();
        if (!migrate(*database, std::vector{kFirst})) ::_exit(1);
        auto const connection = database->acquire();
        auto const transaction = Transaction::begin(**connection);
        if (!(*connection)->script("INSERT INTO a VALUES (1);")) ::_exit(2);
        ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));

    auto const database = open();
    EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM a"), 0);
    EXPECT_EQ(migrate(*database, std::vector{kFirst, kSecond}), 2);
    EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM a"), 1);
}

TEST_P(MigrateTest, ManyProcessesMayStartAtOnce) {
    std::deque<std::string> texts;
    std::vector<Migration> steps;
    for (std::int64_t version = 1; version <= 20; ++version) {
        texts.push_back("CREATE TABLE t" + std::to_string(version) + " (id BIGINT);");
        steps.push_back({version, "step", texts.back()});
    }
    std::vector<pid_t> children;
    for (int i = 0; i < 6; ++i) {
        auto const child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            auto const database = test_database.try_open();
            if (!database) ::_exit(1);
            auto const reached = migrate(**database, steps);
            ::_exit(reached && *reached == 20 ? 0 : 2);
        }
        children.push_back(child);
    }
    for (auto const child : children) {
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_TRUE(WIFEXITED(status));
        EXPECT_EQ(WEXITSTATUS(status), 0);
    }
    auto const database = open();
    EXPECT_EQ(number(*database, "SELECT COUNT(*) FROM schema_migrations"), 20);
}

}  // namespace
}  // namespace directfanz::db
