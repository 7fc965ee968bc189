#include "platform/accounts/passkey_store.hpp"

#include "platform/accounts/new_password.hpp"
#include "platform/accounts/test_support.hpp"

#include <gmock/gmock.h>

namespace directfanz::accounts {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class PasskeyStoreTest : public AccountsFixture {
  protected:
    static webauthn::Credential credential(std::string const& id, std::uint32_t sign_count = 0) {
        auto const bytes = as_bytes(id);
        return {.id = {bytes.begin(), bytes.end()},
                .key = {.algorithm = webauthn::Algorithm::rs256, .bytes = Bytes(259, 0xfe)},
                .sign_count = sign_count};
    }

    Passkey make(Account const& account, std::string const& id, std::uint32_t sign_count = 0) {
        return passkeys.create(account.id, credential(id, sign_count), "Telephone", kStart).value();
    }

    PasskeyStore passkeys{*database};
};

ON_EVERY_DATABASE(PasskeyStoreTest);

TEST_P(PasskeyStoreTest, KeepsWhatVerifiesAndWhoseItIs) {
    auto const anna = create("anna");
    auto const made = make(anna, "one", 7);
    auto const found = passkeys.find(made.credential_id).value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->id, made.id);
    EXPECT_EQ(found->account, anna.id);
    EXPECT_EQ(found->key, credential("one").key);
    EXPECT_EQ(found->sign_count, 7U);
    EXPECT_EQ(found->name, "Telephone");
    EXPECT_EQ(found->created_at, kStart);
    EXPECT_FALSE(found->used_at);
    EXPECT_FALSE(passkeys.find("other").value());
}

TEST_P(PasskeyStoreTest, ACredentialBelongsToOneAccount) {
    auto const anna = create("anna");
    auto const bert = create("bert");
    make(anna, "one");
    for (auto const& account : {anna, bert}) {
        auto const again = passkeys.create(account.id, credential("one"), "Mine", kStart);
        ASSERT_FALSE(again);
        EXPECT_EQ(again.error().kind, ErrorKind::conflict);
    }
    EXPECT_THAT(passkeys.list(bert.id).value(), IsEmpty());
}

TEST_P(PasskeyStoreTest, AnAccountHasAFew) {
    auto const anna = create("anna");
    for (int i = 0; i < PasskeyStore::kMost; ++i) make(anna, std::to_string(i));
    auto const more = passkeys.create(anna.id, credential("more"), "x", kStart);
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().kind, ErrorKind::conflict);
    EXPECT_TRUE(passkeys.create(create("bert").id, credential("more"), "x", kStart));
}

TEST_P(PasskeyStoreTest, ACounterThatGoesBackIsRefused) {
    auto const made = make(create("anna"), "one", 5);
    auto const later = kStart + seconds(9);
    EXPECT_FALSE(passkeys.use(made, 5, later).value());
    EXPECT_FALSE(passkeys.use(made, 4, later).value());
    EXPECT_FALSE(passkeys.use(made, 0, later).value());
    EXPECT_FALSE(passkeys.find(made.credential_id).value()->used_at);
    EXPECT_TRUE(passkeys.use(made, 0xffffffff, later).value());
    auto const found = passkeys.find(made.credential_id).value();
    EXPECT_EQ(found->sign_count, 0xffffffff);
    EXPECT_EQ(found->used_at, later);
    EXPECT_FALSE(passkeys.use(made, 6, later).value()) << "the row counts, not what was read";
}

TEST_P(PasskeyStoreTest, OneThatDoesNotCountIsUsedAgainAndAgain) {
    auto const made = make(create("anna"), "one");
    EXPECT_TRUE(passkeys.use(made, 0, kStart).value());
    EXPECT_TRUE(passkeys.use(made, 0, kStart).value());
    EXPECT_TRUE(passkeys.use(made, 1, kStart).value());
    EXPECT_FALSE(passkeys.use(made, 0, kStart).value());
}

TEST_P(PasskeyStoreTest, OnlyTheirOwnerRenamesAndRemovesThem) {
    auto const anna = create("anna");
    auto const bert = create("bert");
    auto const made = make(anna, "one");
    EXPECT_FALSE(passkeys.rename(bert.id, made.id, "His").value());
    EXPECT_FALSE(passkeys.remove(bert.id, made.id).value());
    EXPECT_EQ(passkeys.rename(anna.id, made.id, "Hers").value()->name, "Hers");
    EXPECT_EQ(passkeys.list(anna.id).value()[0].name, "Hers");
    EXPECT_EQ(passkeys.remove(anna.id, made.id).value()->name, "Hers");
    EXPECT_FALSE(passkeys.remove(anna.id, made.id).value());
    EXPECT_FALSE(passkeys.use(made, 1, kStart).value());
}

TEST_P(PasskeyStoreTest, AChallengeWorksOnceAndNotForLong) {
    auto const end = kStart + PasskeyStore::kChallengeLife;
    auto const first = passkeys.challenge("", kStart).value();
    EXPECT_NE(first, passkeys.challenge("", kStart).value());
    EXPECT_TRUE(passkeys.take_challenge(first, "", end).value());
    EXPECT_FALSE(passkeys.take_challenge(first, "", kStart).value());
    auto const late = passkeys.challenge("", kStart).value();
    EXPECT_FALSE(passkeys.take_challenge(late, "", end + milliseconds(1)).value());
    EXPECT_FALSE(passkeys.take_challenge("made up", "", kStart).value());
}

TEST_P(PasskeyStoreTest, AChallengeIsForOnePurposeAndOneSession) {
    auto const to_add = passkeys.challenge("session one", kStart).value();
    EXPECT_FALSE(passkeys.take_challenge(to_add, "", kStart).value());
    EXPECT_FALSE(passkeys.take_challenge(to_add, "session two", kStart).value());
    EXPECT_TRUE(passkeys.take_challenge(to_add, "session one", kStart).value());
    auto const to_sign_in = passkeys.challenge("", kStart).value();
    EXPECT_FALSE(passkeys.take_challenge(to_sign_in, "session one", kStart).value());
    EXPECT_TRUE(passkeys.take_challenge(to_sign_in, "", kStart).value());
}

TEST_P(PasskeyStoreTest, ANewPasswordAndTheAccountsEndRemoveThem) {
    auto const anna = create("anna");
    auto const bert = create("bert");
    make(anna, "one");
    make(bert, "two");
    auto const change = [](db::Connection& connection, Account& now) {
        return change_password(connection, now, "new hash", "");
    };
    ASSERT_TRUE(accounts.edit(anna.id, change));
    EXPECT_THAT(passkeys.list(anna.id).value(), IsEmpty());
    EXPECT_THAT(passkeys.list(bert.id).value(), SizeIs(1));
    ASSERT_TRUE(accounts.remove(bert.id));
    EXPECT_THAT(passkeys.list(bert.id).value(), IsEmpty());
}

}  // namespace
}  // namespace directfanz::accounts
