#include "system/db/postgres_url.hpp"

#include "base/property_test.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::db {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(PostgresUrlTest, TakesWhatLibpqTakes) {
    for (std::string_view const url :
         {"postgresql://", "postgresql://localhost", "postgres://me@[::1]:5433/fans",
          "postgresql://me:p%40ss@a.example:1,b.example:2/fans?sslmode=verify-full",
          "postgresql:///fans?host=/run/postgresql"}) {
        EXPECT_TRUE(check_postgres_url(url)) << url;
    }
}

TEST(PostgresUrlTest, RefusesTheRestWithoutRepeatingIt) {
    for (std::string_view const url :
         {"", "fans", "host=localhost password=secret", "mysql://me:secret@host/x",
          "postgresql://me:secret%zz@host/x", "postgresql://me:secret@host/x?nonsense=secret"}) {
        auto const refused = check_postgres_url(url);
        ASSERT_FALSE(refused) << url;
        EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
        EXPECT_THAT(describe(refused.error()), Not(HasSubstr("secret"))) << url;
        EXPECT_THAT(describe(refused.error()), HasSubstr("postgresql://user:password@host"));
    }
    EXPECT_FALSE(check_postgres_url(std::string_view("postgresql://a\0b", 16)));
}

TEST(PostgresUrlTest, PasswordsAreHidden) {
    EXPECT_EQ(without_passwords("postgresql://me:secret@host:5432/fans?sslmode=require"),
              "postgresql://me:***@host:5432/fans?sslmode=require");
    EXPECT_EQ(without_passwords("postgresql://host/fans?user=me&password=secret&sslmode=require"),
              "postgresql://host/fans?user=me&password=***&sslmode=require");
    EXPECT_EQ(without_passwords("postgresql://host/fans?sslpassword=secret&password=secret"),
              "postgresql://host/fans?sslpassword=***&password=***");
    EXPECT_EQ(without_passwords("postgresql://me@host:5432/fans"),
              "postgresql://me@host:5432/fans");
    EXPECT_EQ(without_passwords("postgresql://host:5432/fans"), "postgresql://host:5432/fans");
    EXPECT_EQ(without_passwords(""), "");
}

TEST(PostgresUrlTest, NoPasswordIsShownHoweverItIsWritten) {
    using directfanz::testing::Generator;
    directfanz::testing::for_all_seeds([](Generator& any) {
        std::string password = "Q";
        for (auto count = any.number(1, 12); count > 0; --count) {
            password += "QZ@:/?#=%[]"[any.number<std::size_t>(0, 10)];
        }
        password += "Z";
        EXPECT_THAT(without_passwords("postgresql://me:" + password + "@host:1/fans"),
                    Not(HasSubstr(password)));
        EXPECT_THAT(without_passwords("postgresql://host/fans?password=" + password),
                    Not(HasSubstr(password)));
    });
}

}  // namespace
}  // namespace directfanz::db
