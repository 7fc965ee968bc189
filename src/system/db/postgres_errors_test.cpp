#include "system/db/postgres_errors.hpp"

#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::db {
namespace {

using testing::HasSubstr;

TEST(PostgresErrorsTest, EachStateHasAKindAndWords) {
    for (auto const& [state, kind, words] :
         {std::tuple{"23505", ErrorKind::conflict, "duplicate"},
          {"23503", ErrorKind::conflict, "duplicate"},
          {"40001", ErrorKind::unavailable, "another transaction was in the way"},
          {"40P01", ErrorKind::unavailable, "another transaction was in the way"},
          {"25P02", ErrorKind::unavailable, "had failed before"},
          {"25006", ErrorKind::unavailable, "cannot be written to"},
          {"53100", ErrorKind::unavailable, "the disk of the server is full; free some space"},
          {"53200", ErrorKind::unavailable, "has run out"},
          {"53300", ErrorKind::unavailable, "no connection left"},
          {"55P03", ErrorKind::unavailable, "stayed locked"},
          {"57014", ErrorKind::timeout, "took too long"},
          {"57P01", ErrorKind::unavailable, "being stopped or started"},
          {"57P03", ErrorKind::unavailable, "being stopped or started"},
          {"08006", ErrorKind::unavailable, "connection to the server was lost"},
          {"08", ErrorKind::unavailable, "connection to the server was lost"},
          {"28P01", ErrorKind::denied, "lets this user not in"},
          {"3D000", ErrorKind::not_found, "createdb"},
          {"42501", ErrorKind::denied, "has not the right"},
          {"22021", ErrorKind::invalid, "not UTF-8"},
          {"58030", ErrorKind::io, "the disk failed"},
          {"XX001", ErrorKind::io, "damaged"},
          {"42P01", ErrorKind::io, "the server: duplicate"},
          {"", ErrorKind::io, "the server: duplicate"}}) {
        auto const error = explain_sqlstate(state, "duplicate", "the server");
        EXPECT_EQ(error.kind, kind) << state;
        EXPECT_THAT(error.message, HasSubstr(words)) << state;
    }
}

TEST(PostgresErrorsTest, WhatTheServerSaysIsNoPattern) {
    EXPECT_EQ(explain_sqlstate("23505", "{0} {} {9}", "x").message, "{0} {} {9}");
}

TEST(PostgresErrorsTest, OnlyOthersInTheWayAreACollision) {
    EXPECT_TRUE(is_collision("40001"));
    EXPECT_TRUE(is_collision("40P01"));
    for (auto const* const state : {"23505", "40002", "57014", "08006", ""}) {
        EXPECT_FALSE(is_collision(state)) << state;
    }
}

}  // namespace
}  // namespace directfanz::db
