#include "platform/accounts/token_store.hpp"

#include "platform/accounts/test_support.hpp"

#include <gmock/gmock.h>

namespace directfanz::accounts {
namespace {

using api::Scope;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class TokenStoreTest : public AccountsFixture {
  protected:
    static constexpr WallTime kEnd = kStart + std::chrono::hours(24);

    ApiToken make(Account const& account, std::string const& secret) {
        return tokens
            .create(account.id, secret, "My bot", {Scope::streams_read, Scope::account_read},
                    kStart, kEnd)
            .value();
    }
    std::optional<Holder> find(std::string const& secret, WallTime when = kStart) {
        return tokens.find(hash_of_secret(secret), when).value();
    }

    TokenStore tokens{*database};
};

ON_EVERY_DATABASE(TokenStoreTest);

TEST_P(TokenStoreTest, TellsWhoHoldsItAndWhatItMay) {
    auto const anna = create("anna");
    auto const token = make(anna, "dfz_1");
    auto const holder = find("dfz_1");
    ASSERT_TRUE(holder);
    EXPECT_EQ(holder->account, anna.id);
    EXPECT_EQ(holder->id, token.id);
    EXPECT_EQ(holder->scopes, (api::Scopes{Scope::streams_read, Scope::account_read}));
    EXPECT_EQ(holder->roles, anna.roles);
    EXPECT_FALSE(find("dfz_2"));
    EXPECT_FALSE(tokens.find("dfz_1", kStart).value()) << "the secret itself is kept nowhere";
}

TEST_P(TokenStoreTest, Expires) {
    make(create("anna"), "dfz_1");
    EXPECT_TRUE(find("dfz_1", kEnd - milliseconds(1)));
    EXPECT_FALSE(find("dfz_1", kEnd));
}

TEST_P(TokenStoreTest, UseIsWrittenDownAMinuteApart) {
    auto const anna = create("anna");
    make(anna, "dfz_1");
    EXPECT_FALSE(tokens.list(anna.id).value()[0].used_at);
    find("dfz_1", kStart + seconds(1));
    EXPECT_EQ(tokens.list(anna.id).value()[0].used_at, kStart + seconds(1));
    find("dfz_1", kStart + seconds(30));
    EXPECT_EQ(tokens.list(anna.id).value()[0].used_at, kStart + seconds(1));
    find("dfz_1", kStart + seconds(62));
    EXPECT_EQ(tokens.list(anna.id).value()[0].used_at, kStart + seconds(62));
}

TEST_P(TokenStoreTest, OnlyTheirOwnerRevokesThem) {
    auto const anna = create("anna");
    auto const bert = create("bert");
    auto const token = make(anna, "dfz_1");
    EXPECT_FALSE(tokens.revoke(bert.id, token.id).value());
    EXPECT_THAT(tokens.list(bert.id).value(), IsEmpty());
    EXPECT_TRUE(find("dfz_1"));
    EXPECT_TRUE(tokens.revoke(anna.id, token.id).value());
    EXPECT_FALSE(find("dfz_1"));
}

TEST_P(TokenStoreTest, AnAccountHasAFew) {
    auto const anna = create("anna");
    for (int i = 0; i < TokenStore::kMost; ++i) make(anna, "dfz_" + std::to_string(i));
    auto const more = tokens.create(anna.id, "dfz_more", "x", {}, kStart, kEnd);
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().kind, ErrorKind::conflict);
    EXPECT_THAT(tokens.list(anna.id).value(), SizeIs(TokenStore::kMost));
}

TEST_P(TokenStoreTest, GoWithTheirAccount) {
    auto const anna = create("anna");
    make(anna, "dfz_1");
    ASSERT_TRUE(accounts.remove(anna.id));
    EXPECT_FALSE(find("dfz_1"));
}

}  // namespace
}  // namespace directfanz::accounts
