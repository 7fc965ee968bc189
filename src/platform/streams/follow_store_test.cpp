#include "platform/streams/follow_store.hpp"

#include "platform/streams/store_fixture.hpp"

#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::streams {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class FollowStoreTest : public testing::TestWithParam<db::Engine> {
  protected:
    /// At a time of one's choice, which the store does not count.
    void follow_at(AccountId const& account, std::string const& whom, std::int64_t at) {
        test.execute("INSERT INTO follows (account, creator, created_at) VALUES (:a, :c, :at)",
                     {{"a", account.value()}, {"c", whom}, {"at", at}});
    }
    /// As many as an account may have, of creators whom nobody else follows.
    void follow_as_many_as_allowed(AccountId const& account) {
        test.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most) "
            "INSERT INTO follows (account, creator, created_at) "
            "SELECT CAST(:a AS TEXT), 'creator' || CAST(i AS TEXT), i FROM n",
            {{"a", account.value()}, {"most", FollowStore::kMostFollowed}});
    }

    static std::vector<std::string> creators(Result<std::vector<Follow>> const& follows) {
        if (!follows) throw std::runtime_error(describe(follows.error()));
        std::vector<std::string> creators;
        for (auto const& follow : *follows) creators.push_back(follow.creator.value());
        return creators;
    }
    std::int64_t likes_of(Stream const& liked) {
        auto const found = test.store->find(liked.id);
        if (!found || !*found) throw std::runtime_error("there is no such stream");
        return (**found).likes;
    }

    TestStore test{GetParam()};
    FollowStore& store = test.follows;
    AccountId const fan{"fan"};
    AccountId const other{"other"};
    AccountId const creator{"creator"};
    Stream const stream = test.add_stream("Mine", creator);
};

ON_EVERY_DATABASE(FollowStoreTest);

TEST_P(FollowStoreTest, WhoFollowsIsKnownAndCounted) {
    EXPECT_EQ(store.follows(fan, creator), false);
    EXPECT_EQ(store.followers(creator), 0);
    EXPECT_EQ(store.follow(fan, creator), true);
    EXPECT_EQ(store.follow(other, creator), true);
    EXPECT_EQ(store.follows(fan, creator), true);
    EXPECT_EQ(store.follows(creator, fan), false) << "not the other way round";
    EXPECT_EQ(store.followers(creator), 2);
    EXPECT_EQ(store.followers(fan), 0);
}

TEST_P(FollowStoreTest, WhoFollowsTwiceFollowsOnce) {
    EXPECT_EQ(store.follow(fan, creator), true);
    EXPECT_EQ(store.follow(fan, creator), false);
    EXPECT_EQ(store.followers(creator), 1);
    EXPECT_THAT(creators(store.followed_by(fan, 10)), ElementsAre("creator"));
}

TEST_P(FollowStoreTest, WhoFollowsAgainHasFollowedSinceTheFirstTime) {
    follow_at(fan, "creator", 10);
    EXPECT_EQ(store.follow(fan, creator), false);
    auto const followed = store.followed_by(fan, 10);
    ASSERT_THAT(creators(followed), ElementsAre("creator"));
    EXPECT_EQ(followed->front().since, 10) << "since the first time";
}

TEST_P(FollowStoreTest, WhoFollowsNoLongerIsNotCounted) {
    ASSERT_TRUE(store.follow(fan, creator));
    ASSERT_TRUE(store.follow(other, creator));
    EXPECT_EQ(store.unfollow(fan, creator), true);
    EXPECT_EQ(store.follows(fan, creator), false);
    EXPECT_EQ(store.follows(other, creator), true);
    EXPECT_EQ(store.followers(creator), 1);
    EXPECT_EQ(store.follow(fan, creator), true) << "and may again";
    EXPECT_EQ(store.followers(creator), 2);
}

TEST_P(FollowStoreTest, WhoNeverFollowedCannotStop) {
    EXPECT_EQ(store.unfollow(fan, creator), false);
    EXPECT_EQ(store.followers(creator), 0);
    ASSERT_TRUE(store.follow(other, creator));
    EXPECT_EQ(store.unfollow(fan, creator), false);
    EXPECT_EQ(store.followers(creator), 1);
    ASSERT_TRUE(store.unfollow(other, creator));
    EXPECT_EQ(store.unfollow(other, creator), false);
    EXPECT_EQ(store.followers(creator), 0);
}

TEST_P(FollowStoreTest, AFollowIsListedWithItsTime) {
    auto const before = std::chrono::floor<milliseconds>(wall_now()).time_since_epoch().count();
    ASSERT_TRUE(store.follow(fan, creator));
    auto const after = std::chrono::floor<milliseconds>(wall_now()).time_since_epoch().count();
    auto const followed = store.followed_by(fan, 10);
    ASSERT_EQ(followed->size(), 1U);
    EXPECT_EQ(followed->front().creator, creator);
    EXPECT_GE(followed->front().since, before);
    EXPECT_LE(followed->front().since, after);
}

TEST_P(FollowStoreTest, ListsTheNewestFirstAndGoesOnBehindTheLastOneShown) {
    follow_at(fan, "e", 10);
    follow_at(fan, "a", 20);
    follow_at(fan, "c", 20);
    follow_at(fan, "b", 20);
    follow_at(fan, "d", 30);
    follow_at(other, "f", 20);
    EXPECT_THAT(creators(store.followed_by(fan, 10)), ElementsAre("d", "c", "b", "a", "e"));
    auto const first = store.followed_by(fan, 2);
    ASSERT_THAT(creators(first), ElementsAre("d", "c"));
    auto const second = store.followed_by(fan, 2, first->back());
    ASSERT_THAT(creators(second), ElementsAre("b", "a"));
    auto const last = store.followed_by(fan, 2, second->back());
    ASSERT_THAT(creators(last), ElementsAre("e"));
    EXPECT_THAT(creators(store.followed_by(fan, 2, last->back())), IsEmpty());
    EXPECT_THAT(creators(store.followed_by(creator, 2)), IsEmpty());
}

TEST_P(FollowStoreTest, APageGoesOnAlsoWhenSomebodyNewIsFollowedAndTheLastOneShownIsNot) {
    follow_at(fan, "a", 10);
    follow_at(fan, "b", 20);
    auto const shown = store.followed_by(fan, 1);
    ASSERT_THAT(creators(shown), ElementsAre("b"));
    ASSERT_EQ(store.unfollow(fan, AccountId("b")), true);
    ASSERT_EQ(store.follow(fan, AccountId("c")), true);
    EXPECT_THAT(creators(store.followed_by(fan, 1, shown->back())), ElementsAre("a"));
}

TEST_P(FollowStoreTest, ListsFollowersByTheirIdsAndGoesOnBehindTheLastOneShown) {
    for (auto const* const account : {"d", "a", "c", "b", "e"}) {
        ASSERT_TRUE(store.follow(AccountId(account), creator));
    }
    ASSERT_TRUE(store.follow(AccountId("f"), other));
    EXPECT_THAT(*store.followers_of(creator, {}, 2), ElementsAre(AccountId("a"), AccountId("b")));
    EXPECT_THAT(*store.followers_of(creator, AccountId("b"), 2),
                ElementsAre(AccountId("c"), AccountId("d")));
    EXPECT_THAT(*store.followers_of(creator, AccountId("d"), 2), ElementsAre(AccountId("e")));
    EXPECT_THAT(*store.followers_of(creator, AccountId("e"), 2), IsEmpty());
    EXPECT_THAT(*store.followers_of(fan, {}, 2), IsEmpty());
}

TEST_P(FollowStoreTest, OneAccountMayFollowOnlySoMany) {
    follow_as_many_as_allowed(fan);
    auto const refused = store.follow(fan, creator);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::too_large);
    EXPECT_EQ(store.follows(fan, creator), false);
    EXPECT_EQ(store.followers(creator), 0);
    EXPECT_EQ(store.follow(other, creator), true) << "others still may";
}

TEST_P(FollowStoreTest, WhoFollowsAsManyAsAllowedMayFollowOneOfThemAgainOrAnotherInItsPlace) {
    follow_as_many_as_allowed(fan);
    EXPECT_EQ(store.follow(fan, AccountId("creator1")), false);
    ASSERT_EQ(store.unfollow(fan, AccountId("creator1")), true);
    EXPECT_EQ(store.follow(fan, creator), true);
    EXPECT_FALSE(store.follow(fan, AccountId("creator1")));
}

TEST_P(FollowStoreTest, NobodyIsMiscountedWhenManyFollowAtOnce) {
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 3; ++thread) {
            threads.emplace_back([this, thread] {
                for (int i = 0; i < 5; ++i) {
                    AccountId const account(std::to_string(thread) + std::to_string(i));
                    EXPECT_EQ(store.follow(account, creator), true);
                    EXPECT_EQ(store.follow(account, other), true);
                    EXPECT_EQ(store.unfollow(account, other), true);
                    EXPECT_EQ(store.like(stream.id, account), true);
                }
            });
        }
    }
    EXPECT_EQ(store.followers(creator), 15);
    EXPECT_EQ(store.followers(other), 0);
    EXPECT_EQ(likes_of(stream), 15);
}

TEST_P(FollowStoreTest, ALikeIsKnownAndCounted) {
    auto const another = test.add_stream("Another", creator);
    EXPECT_EQ(store.likes(stream.id, fan), false);
    EXPECT_EQ(store.like(stream.id, fan), true);
    EXPECT_EQ(store.like(stream.id, other), true);
    EXPECT_EQ(store.likes(stream.id, fan), true);
    EXPECT_EQ(store.likes(another.id, fan), false);
    EXPECT_EQ(likes_of(stream), 2);
    EXPECT_EQ(likes_of(another), 0);
}

TEST_P(FollowStoreTest, WhoLikesTwiceLikesOnce) {
    EXPECT_EQ(store.like(stream.id, fan), true);
    EXPECT_EQ(store.like(stream.id, fan), false);
    EXPECT_EQ(likes_of(stream), 1);
}

TEST_P(FollowStoreTest, ALikeIsTakenBackOnce) {
    EXPECT_EQ(store.unlike(stream.id, fan), false);
    ASSERT_TRUE(store.like(stream.id, fan));
    ASSERT_TRUE(store.like(stream.id, other));
    EXPECT_EQ(store.unlike(stream.id, fan), true);
    EXPECT_EQ(store.unlike(stream.id, fan), false);
    EXPECT_EQ(store.likes(stream.id, fan), false);
    EXPECT_EQ(store.likes(stream.id, other), true);
    EXPECT_EQ(likes_of(stream), 1);
}

TEST_P(FollowStoreTest, ListsWhatSomebodyLikes) {
    auto const another = test.add_stream("Another", creator);
    ASSERT_TRUE(store.like(stream.id, fan));
    ASSERT_TRUE(store.like(another.id, fan));
    ASSERT_TRUE(store.like(stream.id, other));
    auto const liked = store.liked_by(fan, 10);
    ASSERT_TRUE(liked);
    ASSERT_EQ(liked->size(), 2U);
    std::set<StreamId> const ids{liked->at(0).stream, liked->at(1).stream};
    EXPECT_EQ(ids, (std::set<StreamId>{stream.id, another.id}));
    EXPECT_GE(liked->at(0).since, liked->at(1).since) << "the newest first";
    EXPECT_GT(liked->at(1).since, 0);
    EXPECT_EQ(store.liked_by(fan, 1)->size(), 1U);
    EXPECT_TRUE(store.liked_by(creator, 10)->empty());
}

TEST_P(FollowStoreTest, AStreamThatIsNotThereCannotBeLiked) {
    StreamId const unknown("000000000000");
    EXPECT_EQ(store.like(unknown, fan), false);
    EXPECT_EQ(store.likes(unknown, fan), false);
}

TEST_P(FollowStoreTest, ARemovedStreamTakesItsLikesWithIt) {
    auto const another = test.add_stream("Another", creator);
    ASSERT_TRUE(store.like(stream.id, fan));
    ASSERT_TRUE(store.like(another.id, fan));
    ASSERT_TRUE(test.store->remove(stream.id));
    EXPECT_EQ(store.likes(stream.id, fan), false);
    EXPECT_EQ(store.unlike(stream.id, fan), false);
    EXPECT_EQ(store.likes(another.id, fan), true);
    EXPECT_EQ(likes_of(another), 1);
}

TEST_P(FollowStoreTest, AForgottenAccountFollowsAndLikesNothingAndIsNotCounted) {
    ASSERT_TRUE(store.follow(fan, creator));
    ASSERT_TRUE(store.follow(other, creator));
    ASSERT_TRUE(store.follow(fan, other));
    ASSERT_TRUE(store.like(stream.id, fan));
    ASSERT_TRUE(store.like(stream.id, other));
    ASSERT_TRUE(store.forget(fan));
    EXPECT_THAT(creators(store.followed_by(fan, 10)), IsEmpty());
    EXPECT_EQ(store.followers(creator), 1);
    EXPECT_EQ(store.followers(other), 0);
    EXPECT_THAT(*store.followers_of(creator, {}, 10), ElementsAre(other));
    EXPECT_EQ(store.likes(stream.id, fan), false);
    EXPECT_EQ(store.likes(stream.id, other), true);
    EXPECT_EQ(likes_of(stream), 1);
}

TEST_P(FollowStoreTest, NobodyFollowsAForgottenAccount) {
    ASSERT_TRUE(store.follow(fan, creator));
    ASSERT_TRUE(store.follow(fan, other));
    ASSERT_TRUE(store.forget(creator));
    EXPECT_EQ(store.follows(fan, creator), false);
    EXPECT_EQ(store.followers(creator), 0);
    EXPECT_THAT(creators(store.followed_by(fan, 10)), ElementsAre("other"));
    EXPECT_EQ(store.followers(other), 1);
}

TEST_P(FollowStoreTest, AnAccountThatDidNothingCanBeForgotten) {
    ASSERT_TRUE(store.follow(fan, creator));
    EXPECT_TRUE(store.forget(other));
    EXPECT_EQ(store.followers(creator), 1);
}

TEST_P(FollowStoreTest, WhereCountingFailsNobodyIsFollowed) {
    test.break_database("follower_counts");
    EXPECT_FALSE(store.follow(fan, creator));
    EXPECT_FALSE(store.followers(creator));
    EXPECT_EQ(store.follows(fan, creator), false);
}

TEST_P(FollowStoreTest, ABrokenDatabaseIsAnError) {
    test.break_database("follows");
    EXPECT_FALSE(store.follow(fan, creator));
    EXPECT_FALSE(store.unfollow(fan, creator));
    EXPECT_FALSE(store.follows(fan, creator));
    EXPECT_FALSE(store.followed_by(fan, 10));
    EXPECT_FALSE(store.followers_of(creator, {}, 10));
    EXPECT_FALSE(store.forget(fan));
}

TEST_P(FollowStoreTest, ABrokenTableOfLikesIsAnError) {
    test.break_database("stream_likes");
    EXPECT_FALSE(store.like(stream.id, fan));
    EXPECT_FALSE(store.unlike(stream.id, fan));
    EXPECT_FALSE(store.likes(stream.id, fan));
    EXPECT_FALSE(store.forget(fan));
}

}  // namespace
}  // namespace directfanz::streams
