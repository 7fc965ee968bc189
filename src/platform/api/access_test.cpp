#include "platform/api/access.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::api {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(AccessTest, ReadsTheNamesThatItWrites) {
    for (auto const role : {Role::fan, Role::creator, Role::moderator, Role::administrator}) {
        EXPECT_EQ(parse_role(to_string(role)), role);
    }
    for (auto const scope : {Scope::account_read, Scope::account_write, Scope::streams_read,
                             Scope::streams_write, Scope::webhooks_read, Scope::webhooks_write}) {
        EXPECT_EQ(parse_scope(to_string(scope)), scope);
    }
    EXPECT_EQ(to_string(Scope::webhooks_write), "webhooks:write");
    EXPECT_EQ(to_string(Access::public_), "public");
    EXPECT_EQ(to_string(RateClass::costly), "costly");
}

TEST(AccessTest, KnowsNoOtherNames) {
    for (auto const* const name : {"", "Fan", "admin", "fan ", "streams:read"}) {
        EXPECT_EQ(parse_role(name), std::nullopt) << name;
    }
    for (auto const* const name : {"", "streams_read", "streams", "streams:delete", "*"}) {
        EXPECT_EQ(parse_scope(name), std::nullopt) << name;
    }
}

TEST(AccessTest, ASetHoldsWhatWasPutIntoIt) {
    Roles roles{Role::fan, Role::moderator};
    EXPECT_TRUE(roles.contains(Role::moderator));
    EXPECT_FALSE(roles.contains(Role::administrator));
    roles.erase(Role::moderator);
    roles.insert(Role::creator);
    EXPECT_EQ(roles, (Roles{Role::creator, Role::fan}));
    EXPECT_FALSE(roles.empty());
    EXPECT_TRUE(Roles().empty());
}

TEST(AccessTest, SetsAreKeptAsTextAndComeBack) {
    Scopes const scopes{Scope::webhooks_write, Scope::account_read};
    EXPECT_EQ(to_text(scopes), "account:read webhooks:write");
    EXPECT_EQ(parse_scopes(to_text(scopes)), scopes);
    EXPECT_THAT(names(scopes), ElementsAre("account:read", "webhooks:write"));
    EXPECT_EQ(to_text(Roles()), "");
    EXPECT_EQ(parse_roles(""), Roles());
    EXPECT_THAT(names(Roles()), IsEmpty());
}

TEST(AccessTest, PassesOverWhatANewerProgramHasWritten) {
    EXPECT_EQ(parse_roles("fan captain creator"), (Roles{Role::fan, Role::creator}));
    EXPECT_EQ(parse_roles("  fan  "), Roles{Role::fan});
}

}  // namespace
}  // namespace directfanz::api
