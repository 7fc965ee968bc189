#include "platform/accounts/moderator_store.hpp"

#include "platform/accounts/test_support.hpp"

#include <gmock/gmock.h>

namespace directfanz::accounts {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ModeratorStoreTest : public AccountsFixture {
  protected:
    ModeratorStore moderators{*database};
};

ON_EVERY_DATABASE(ModeratorStoreTest);

TEST_P(ModeratorStoreTest, AModeratorIsOneCreatorsModerator) {
    auto const anna = create("anna");
    auto const bert = create("bert");
    auto const carla = create("carla");
    ASSERT_TRUE(moderators.add(anna.id, bert.id, kStart));
    EXPECT_TRUE(moderators.moderates(bert.id, anna.id).value());
    EXPECT_FALSE(moderators.moderates(anna.id, bert.id).value());
    EXPECT_FALSE(moderators.moderates(bert.id, carla.id).value());
    EXPECT_FALSE(moderators.moderates(carla.id, anna.id).value());
}

TEST_P(ModeratorStoreTest, ListsThemByHandle) {
    auto const anna = create("anna");
    auto const zoe = create("zoe");
    auto const bert = create("bert");
    auto const mia = create("mia");
    for (auto const& one : {zoe, bert, mia}) ASSERT_TRUE(moderators.add(anna.id, one.id, kStart));
    EXPECT_THAT(moderators.list(anna.id).value(), ElementsAre(bert.id, mia.id, zoe.id));
    EXPECT_THAT(moderators.list(bert.id).value(), IsEmpty());
}

TEST_P(ModeratorStoreTest, KnowsWhoHasNamedSomebody) {
    auto const zoe = create("zoe");
    auto const bert = create("bert");
    auto const mia = create("mia");
    ASSERT_TRUE(moderators.add(zoe.id, mia.id, kStart));
    ASSERT_TRUE(moderators.add(bert.id, mia.id, kStart));
    EXPECT_THAT(moderators.named_by(mia.id).value(), ElementsAre(bert.id, zoe.id));
    EXPECT_THAT(moderators.named_by(zoe.id).value(), IsEmpty());
}

TEST_P(ModeratorStoreTest, NamedOnceMoreAndTakenAwayOnceMoreChangesNothing) {
    auto const anna = create("anna");
    auto const bert = create("bert");
    EXPECT_TRUE(moderators.remove(anna.id, bert.id)) << "who was none";
    ASSERT_TRUE(moderators.add(anna.id, bert.id, kStart));
    EXPECT_TRUE(moderators.add(anna.id, bert.id, kStart + seconds(1)));
    EXPECT_THAT(moderators.list(anna.id).value(), ElementsAre(bert.id));
    EXPECT_TRUE(moderators.remove(anna.id, bert.id));
    EXPECT_TRUE(moderators.remove(anna.id, bert.id));
    EXPECT_FALSE(moderators.moderates(bert.id, anna.id).value());
}

TEST_P(ModeratorStoreTest, ACreatorHasSoManyAndNoMore) {
    auto const anna = create("anna");
    std::optional<Account> last;
    for (int i = 0; i < ModeratorStore::kMost; ++i) {
        last = create("mod" + std::to_string(i));
        ASSERT_TRUE(moderators.add(anna.id, last->id, kStart)) << i;
    }
    auto const one_more = create("more");
    auto const refused = moderators.add(anna.id, one_more.id, kStart);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    EXPECT_FALSE(moderators.moderates(one_more.id, anna.id).value());
    EXPECT_TRUE(moderators.add(anna.id, last->id, kStart)) << "who is one already is nothing new";
    EXPECT_TRUE(moderators.add(one_more.id, anna.id, kStart)) << "others have places of their own";
    ASSERT_TRUE(moderators.remove(anna.id, last->id));
    EXPECT_TRUE(moderators.add(anna.id, one_more.id, kStart));
}

TEST_P(ModeratorStoreTest, WhoeverIsDeletedIsNeitherOneNorHasOne) {
    auto const anna = create("anna");
    auto const bert = create("bert");
    auto const carla = create("carla");
    ASSERT_TRUE(moderators.add(anna.id, bert.id, kStart));
    ASSERT_TRUE(moderators.add(bert.id, carla.id, kStart));
    ASSERT_TRUE(accounts.remove(bert.id));

    EXPECT_THAT(moderators.list(anna.id).value(), IsEmpty());
    EXPECT_FALSE(moderators.moderates(carla.id, bert.id).value());
}

}  // namespace
}  // namespace directfanz::accounts
