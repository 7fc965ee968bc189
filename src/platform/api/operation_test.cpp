#include "platform/api/operation.hpp"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace directfanz::api {
namespace {

TEST(OperationTest, FindsWhatTheContractSays) {
    auto const* const create = find_operation("createStream");
    ASSERT_NE(create, nullptr);
    EXPECT_EQ(create->method, http::Method::post);
    EXPECT_EQ(create->path, "/api/v1/studio/streams");
    EXPECT_EQ(create->access, Access::creator);
    EXPECT_EQ(create->scope, Scope::streams_write);
    EXPECT_EQ(create->rate, RateClass::write);
    EXPECT_TRUE(create->idempotent);
    EXPECT_EQ(find_operation("signIn")->scope, std::nullopt);
    EXPECT_EQ(find_operation("createstream"), nullptr);
    EXPECT_EQ(find_operation(""), nullptr);
}

TEST(OperationTest, EachHasAnIdAndAPlaceOfItsOwn) {
    std::set<std::string_view> ids;
    std::set<std::string> places;
    for (auto const& operation : operations()) {
        EXPECT_TRUE(ids.insert(operation.id).second) << operation.id;
        auto const place = std::string(to_string(operation.method)) + std::string(operation.path);
        EXPECT_TRUE(places.insert(place).second) << place;
        EXPECT_TRUE(operation.path.starts_with("/api/v1/")) << operation.path;
    }
    EXPECT_GT(ids.size(), 60U);
}

TEST(OperationTest, WhatOnlyReadsCountsAsReadingAndCreatesNothing) {
    for (auto const& operation : operations()) {
        if (operation.method != http::Method::get) continue;
        EXPECT_FALSE(operation.idempotent) << operation.id;
        EXPECT_NE(operation.rate, RateClass::write) << operation.id;
    }
}

TEST(OperationTest, NothingThatTakesASecretIsLimitedAsPlainReadingOrWriting) {
    for (auto const* const id : {"signIn", "resetPassword", "verifyEmail", "changePassword",
                                 "beginTotp", "enableTotp", "disableTotp", "deleteAccount"}) {
        EXPECT_EQ(find_operation(id)->rate, RateClass::guess) << id;
    }
    for (auto const* const id : {"signUp", "requestPasswordReset", "changeEmail"}) {
        EXPECT_EQ(find_operation(id)->rate, RateClass::mail) << id;
    }
}

}  // namespace
}  // namespace directfanz::api
