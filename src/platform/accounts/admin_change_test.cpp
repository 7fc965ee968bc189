#include "platform/accounts/admin_change.hpp"

#include <gmock/gmock.h>

namespace directfanz::accounts {
namespace {

using api::Role;
using api::Roles;
using ::testing::IsEmpty;
using ::testing::SizeIs;

api::Caller caller(std::string id, Roles roles) {
    return {.by = api::Caller::By::session,
            .account = AccountId(std::move(id)),
            .handle = "somebody",
            .roles = roles,
            .scopes = {},
            .credential = "s",
            .csrf_token = "c"};
}

Account account(Roles roles = {Role::fan}) {
    Account made;
    made.id = AccountId("target");
    made.roles = roles;
    return made;
}

AdminChange suspend() {
    return {.roles = {}, .creator = {}, .status = Status::suspended, .reason = "spam"};
}

AdminChange make(Roles roles) {
    return {.roles = roles, .creator = {}, .status = {}, .reason = {}};
}

AdminChange creator(CreatorStatus status) {
    return {.roles = {}, .creator = status, .status = {}, .reason = {}};
}

TEST(AdminRightTest, ModeratorsSuspendFansAndCreators) {
    auto const mona = caller("mona", {Role::fan, Role::moderator});
    EXPECT_TRUE(check_right(mona, account(), suspend()));
    EXPECT_TRUE(check_right(mona, account({Role::fan, Role::creator}), suspend()));
    EXPECT_FALSE(check_right(mona, account({Role::fan, Role::moderator}), suspend()));
    EXPECT_FALSE(check_right(mona, account({Role::fan, Role::administrator}), suspend()));
}

TEST(AdminRightTest, RolesAndCreatorsAreTheAdministrators) {
    auto const mona = caller("mona", {Role::fan, Role::moderator});
    auto const anna = caller("anna", {Role::fan, Role::administrator});
    auto const promote = make({Role::fan, Role::administrator});
    EXPECT_FALSE(check_right(mona, account(), promote));
    EXPECT_FALSE(check_right(mona, account(), creator(CreatorStatus::approved)));
    EXPECT_TRUE(check_right(anna, account(), promote));
    EXPECT_TRUE(check_right(anna, account(), creator(CreatorStatus::approved)));
    EXPECT_TRUE(check_right(anna, account({Role::fan, Role::moderator}), suspend()));
}

TEST(AdminRightTest, NobodySuspendsOneself) {
    auto const anna = caller("target", {Role::fan, Role::administrator});
    auto const refused = check_right(anna, account({Role::fan, Role::administrator}), suspend());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::denied);
}

TEST(AdminChangeTest, WhatIsSoAlreadyIsNoDeed) {
    auto target = account();
    EXPECT_THAT(apply({.roles = Roles{Role::fan},
                       .creator = CreatorStatus::none,
                       .status = Status::active,
                       .reason = {}},
                      target),
                IsEmpty());
}

TEST(AdminChangeTest, EveryChangeIsADeed) {
    auto target = account();
    EXPECT_THAT(apply(suspend(), target), SizeIs(1));
    EXPECT_EQ(target.status, Status::suspended);
    EXPECT_EQ(target.status_reason, "spam");
    auto const back =
        apply({.roles = {}, .creator = {}, .status = Status::active, .reason = {}}, target);
    EXPECT_THAT(back, SizeIs(1));
    EXPECT_EQ(target.status, Status::active);
    EXPECT_THAT(apply(make({Role::fan, Role::moderator}), target), SizeIs(1));
    EXPECT_TRUE(target.is(Role::moderator));
}

TEST(AdminChangeTest, ToWordAReasonAnewIsADeed) {
    auto target = account();
    EXPECT_THAT(apply(suspend(), target), SizeIs(1));
    AdminChange const other{.roles = {}, .creator = {}, .status = {}, .reason = "theft"};
    auto const deeds = apply(other, target);
    ASSERT_THAT(deeds, SizeIs(1));
    EXPECT_EQ(deeds[0].action, "account.reason");
    EXPECT_EQ(deeds[0].detail, "theft");
    EXPECT_THAT(apply(other, target), SizeIs(0));
}

TEST(AdminChangeTest, AnApprovedCreatorHasTheRoleAndARefusedOneHasNot) {
    auto target = account();
    EXPECT_THAT(apply(creator(CreatorStatus::approved), target), ::testing::Not(IsEmpty()));
    EXPECT_EQ(target.creator, CreatorStatus::approved);
    EXPECT_TRUE(target.is(Role::creator));
    EXPECT_THAT(apply(creator(CreatorStatus::refused), target), ::testing::Not(IsEmpty()));
    EXPECT_EQ(target.creator, CreatorStatus::refused);
    EXPECT_FALSE(target.is(Role::creator));
}

TEST(AdminChangeTest, WhoLosesTheRoleIsRefusedUntilAnAdministratorSaysOtherwise) {
    auto target = account();
    apply(creator(CreatorStatus::approved), target);
    apply(make({Role::fan}), target);
    EXPECT_EQ(target.creator, CreatorStatus::refused);
    apply(creator(CreatorStatus::none), target);
    EXPECT_EQ(target.creator, CreatorStatus::none);
    apply(make({Role::fan, Role::moderator}), target);
    EXPECT_EQ(target.creator, CreatorStatus::none) << "who was no creator loses nothing";
}

}  // namespace
}  // namespace directfanz::accounts
