#include "system/db/postgres.hpp"

#include "system/db/migrate.hpp"
#include "system/db/test_database.hpp"

#include <csignal>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::db {
namespace {

using testing::HasSubstr;

/// What only a server does. The group's name keeps it with the others on PostgreSQL.
class ServerTest : public testing::TestWithParam<Engine> {
  protected:
    std::unique_ptr<Database> open(PostgresOptions options = {}) {
        options.url = test_database.url();
        auto opened = open_postgres(std::move(options));
        if (!opened) throw std::runtime_error(describe(opened.error()));
        return std::move(*opened);
    }

    static Result<std::int64_t> one(Database& database) {
        auto const connection = database.acquire();
        if (!connection) return std::unexpected(connection.error());
        auto const rows = (*connection)->query("SELECT 1");
        if (!rows) return std::unexpected(rows.error());
        return rows->front().integer(0);
    }

    static std::int64_t session_of(Connection& connection) {
        return connection.query("SELECT pg_backend_pid()")->front().integer(0);
    }

    TestDatabase test_database{Engine::postgres};
};

INSTANTIATE_TEST_SUITE_P(, ServerTest, testing::Values(Engine::postgres), engine_name);

TEST_P(ServerTest, AfterARestartEveryConnectionIsReplaced) {
    TestPostgres server;
    auto const database = open_postgres({.url = server.url("public"), .max_connections = 3});
    ASSERT_TRUE(database) << describe(database.error());
    {
        auto const first = (*database)->acquire();
        auto const second = (*database)->acquire();
        ASSERT_TRUE(first && second);
    }
    server.stop();
    auto const away = one(**database);
    ASSERT_FALSE(away);
    EXPECT_EQ(away.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(away.error().message, HasSubstr("cannot connect to PostgreSQL"));
    server.start();
    // Those that were idle are recognised before they are lent.
    auto const first = (*database)->acquire();
    auto const second = (*database)->acquire();
    auto const third = (*database)->acquire();
    for (auto const* const lease : {&first, &second, &third}) {
        ASSERT_TRUE(*lease) << describe(lease->error());
        EXPECT_TRUE((**lease)->query("SELECT 1"));
    }
}

TEST_P(ServerTest, AStatementWhoseServerIsRestartedIsUnavailable) {
    TestPostgres server;
    auto const database = open_postgres({.url = server.url("public"), .max_connections = 1});
    ASSERT_TRUE(database) << describe(database.error());
    {
        auto const connection = (*database)->acquire();
        auto const transaction = Transaction::begin(**connection);
        std::jthread const restart([&server] {
            std::this_thread::sleep_for(milliseconds(200));
            server.stop();
        });
        auto const cut = (*connection)->query("SELECT pg_sleep(9)");
        ASSERT_FALSE(cut);
        EXPECT_EQ(cut.error().kind, ErrorKind::unavailable);
        EXPECT_FALSE((*connection)->query("SELECT 1"));
        EXPECT_FALSE((*connection)->collided());
    }
    server.start();
    EXPECT_EQ(one(**database), 1);
}

TEST_P(ServerTest, ASessionThatIsEndedIsReplaced) {
    auto const database = open({.max_connections = 1});
    auto const others = open({.max_connections = 1});
    auto const other = others->acquire();
    std::int64_t ended = 0;
    {
        auto const connection = database->acquire();
        ended = session_of(**connection);
        ASSERT_TRUE((*other)->script(fmt::format("SELECT pg_terminate_backend({}, 5000)", ended)));
        auto const cut = (*connection)->query("SELECT 1");
        ASSERT_FALSE(cut);
        EXPECT_EQ(cut.error().kind, ErrorKind::unavailable);
    }
    auto const connection = database->acquire();
    ASSERT_TRUE(connection);
    EXPECT_NE(session_of(**connection), ended);
}

TEST_P(ServerTest, AnIdleSessionThatIsEndedIsNeverLent) {
    auto const database = open({.max_connections = 1});
    std::int64_t ended = 0;
    {
        auto const connection = database->acquire();
        ended = session_of(**connection);
    }
    auto const others = open({.max_connections = 1});
    auto const other = others->acquire();
    ASSERT_TRUE((*other)->script(fmt::format("SELECT pg_terminate_backend({}, 5000)", ended)));
    EXPECT_EQ(one(*database), 1);
}

TEST_P(ServerTest, AStatementThatTakesTooLongIsEnded) {
    auto const database = open({.statement_timeout = milliseconds(100)});
    auto const connection = database->acquire();
    auto const slow = (*connection)->query("SELECT pg_sleep(30)");
    ASSERT_FALSE(slow);
    EXPECT_EQ(slow.error().kind, ErrorKind::timeout);
    EXPECT_TRUE((*connection)->query("SELECT 1"));
}

TEST_P(ServerTest, AServerThatHangsIsGivenUp) {
    TestPostgres server;
    auto const database = open_postgres({.url = server.url("public"),
                                         .statement_timeout = milliseconds(100),
                                         .max_connections = 1});
    ASSERT_TRUE(database) << describe(database.error());
    pid_t session = 0;
    {
        auto const connection = (*database)->acquire();
        session = static_cast<pid_t>(session_of(**connection));
        ::kill(session, SIGSTOP);
        auto const hung = (*connection)->query("SELECT 1");
        ASSERT_FALSE(hung);
        EXPECT_EQ(hung.error().kind, ErrorKind::unavailable);
        EXPECT_THAT(hung.error().message, HasSubstr("does not answer"));
    }
    EXPECT_EQ(one(**database), 1);
    ::kill(session, SIGCONT);
}

TEST_P(ServerTest, AMigrationMayTakeAsLongAsItNeeds) {
    auto const database = open({.statement_timeout = milliseconds(100), .max_connections = 1});
    constexpr Migration slow{1, "slow", "SELECT pg_sleep(0.5); CREATE TABLE a (id BIGINT);"};
    auto const reached = migrate(*database, std::vector{slow});
    ASSERT_TRUE(reached) << describe(reached.error());
    // Afterwards the limit holds again.
    auto const connection = database->acquire();
    EXPECT_FALSE((*connection)->query("SELECT pg_sleep(30)"));
}

TEST_P(ServerTest, OneOfTwoThatAreInEachOthersWayFailsAndIsToldSo) {
    auto const database = open();
    auto const first = database->acquire();
    auto const second = database->acquire();
    ASSERT_TRUE((*first)->script("CREATE TABLE n (n BIGINT); INSERT INTO n VALUES (0);"));
    auto one_of_them = Transaction::begin(**first);
    auto other = Transaction::begin(**second);
    ASSERT_TRUE(one_of_them && other);
    ASSERT_TRUE((*first)->query("SELECT n FROM n"));
    ASSERT_TRUE((*second)->query("SELECT n FROM n"));
    ASSERT_TRUE((*first)->execute("UPDATE n SET n = 1"));
    EXPECT_FALSE((*first)->collided());
    ASSERT_TRUE(one_of_them->commit());
    auto const refused = (*second)->execute("UPDATE n SET n = 2");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_TRUE((*second)->collided());
    EXPECT_FALSE(other->commit());
    {
        auto const ended = std::move(*other);
    }
    EXPECT_TRUE((*second)->collided());
    EXPECT_TRUE((*second)->query("SELECT n FROM n"));
    EXPECT_FALSE((*second)->collided());
}

TEST_P(ServerTest, AnAddressWhereNothingListensIsToldInWords) {
    auto const refused =
        open_postgres({.url = "postgresql://me:secret@127.0.0.1:1/fans", .max_connections = 1});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(refused.error().message, HasSubstr("cannot connect to PostgreSQL"));
    EXPECT_THAT(refused.error().message, HasSubstr("Connection refused"));
    EXPECT_THAT(refused.error().message, testing::Not(HasSubstr("secret")));
    EXPECT_THAT(refused.error().message, testing::Not(HasSubstr("\n")));
}

TEST_P(ServerTest, ADatabaseThatIsNotInUtf8IsRefused) {
    auto const admin = open();
    auto const connection = admin->acquire();
    ASSERT_TRUE((*connection)->query("SELECT 1"));
    ASSERT_TRUE(
        (*connection)->script("CREATE DATABASE old ENCODING 'SQL_ASCII' TEMPLATE template0"));
    auto url = test_database.url();
    url.replace(url.find("/postgres?"), 9, "/old");
    auto const refused = open_postgres({.url = url, .max_connections = 1});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unsupported);
    EXPECT_THAT(refused.error().message, HasSubstr("not in UTF-8"));
    ASSERT_TRUE((*connection)->script("DROP DATABASE old"));
}

TEST_P(ServerTest, ADatabaseThatIsNotThereIsToldInWords) {
    auto url = test_database.url();
    url.replace(url.find("/postgres?"), 9, "/nowhere");
    auto const refused = open_postgres({.url = url, .max_connections = 1});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("\"nowhere\" does not exist"));
}

TEST_P(ServerTest, ATextThatIsNotUtf8IsInvalid) {
    auto const database = open();
    auto const connection = database->acquire();
    auto const refused = (*connection)->query("SELECT CAST(:a AS TEXT)", {{"a", "\xff\xfe"}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_TRUE((*connection)->query("SELECT 1"));
}

TEST_P(ServerTest, StatementsThatTheServerForgotArePreparedAgain) {
    auto const database = open({.max_connections = 1});
    auto const connection = database->acquire();
    ASSERT_TRUE((*connection)->query("SELECT 1"));
    ASSERT_TRUE((*connection)->script("DEALLOCATE ALL"));
    EXPECT_TRUE((*connection)->query("SELECT 1"));
}

TEST_P(ServerTest, ALeaseLeftInATransactionIsNotLentAgain) {
    auto const database = open({.max_connections = 1});
    {
        auto const connection = database->acquire();
        ASSERT_TRUE((*connection)->begin());
        ASSERT_TRUE((*connection)->script("CREATE TABLE left_behind (id BIGINT)"));
    }
    auto const connection = database->acquire();
    ASSERT_TRUE(connection) << describe(connection.error());
    EXPECT_FALSE((*connection)->query("SELECT id FROM left_behind"));
}

}  // namespace
}  // namespace directfanz::db
