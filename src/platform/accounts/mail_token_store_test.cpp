#include "platform/accounts/mail_token_store.hpp"

#include "platform/accounts/test_support.hpp"

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

namespace directfanz::accounts {
namespace {

using enum MailTokenKind;

class MailTokenStoreTest : public AccountsFixture {
  protected:
    std::string issue(Account const& account, MailTokenKind kind, WallTime at = kStart,
                      std::string const& email = "new@mail.example") {
        return tokens.issue({.account = account.id, .kind = kind, .email = email}, at).value();
    }
    bool works(std::string_view secret, MailTokenKind kind, WallTime at = kStart) {
        return tokens.take(secret, {kind}, at).value().has_value();
    }

    MailTokenStore tokens{*database};
};

ON_EVERY_DATABASE(MailTokenStoreTest);

TEST_P(MailTokenStoreTest, TellsWhatALinkWasForAndWhereItWasSent) {
    auto const anna = create("anna");
    auto const secret = issue(anna, change, kStart, "anna+\"show\"@münchen.example");
    auto const found = tokens.take(secret, {verify, change}, kStart).value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->account, anna.id);
    EXPECT_EQ(found->kind, change);
    EXPECT_EQ(found->email, "anna+\"show\"@münchen.example");
}

TEST_P(MailTokenStoreTest, ALinkWorksOnce) {
    auto const secret = issue(create("anna"), verify);
    EXPECT_TRUE(works(secret, verify));
    EXPECT_FALSE(works(secret, verify));
    EXPECT_FALSE(works("", verify));
    EXPECT_FALSE(works("' OR 1 = 1 --", verify));
}

TEST_P(MailTokenStoreTest, OfAllWhoFollowALinkAtOnceOneGetsIn) {
    auto const secret = issue(create("anna"), reset);
    std::atomic<int> in = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] {
                auto const taken = tokens.take(secret, {reset}, kStart);
                ASSERT_TRUE(taken) << describe(taken.error());
                if (*taken) ++in;
            });
        }
    }
    EXPECT_EQ(in, 1);
}

TEST_P(MailTokenStoreTest, ALinkIsGoodForWhatItWasSentForAlone) {
    auto const secret = issue(create("anna"), verify);
    EXPECT_FALSE(tokens.take(secret, {change, reset}, kStart).value());
    EXPECT_TRUE(works(secret, verify)) << "the wrong use has not used it up";
}

TEST_P(MailTokenStoreTest, LinksGrowOld) {
    auto const anna = create("anna");
    struct Life {
        MailTokenKind kind;
        std::chrono::hours life;
    };
    for (auto const& [kind, life] :
         {Life{verify, MailTokenStore::kVerifyLife}, Life{change, MailTokenStore::kVerifyLife},
          Life{reset, MailTokenStore::kResetLife}}) {
        EXPECT_TRUE(works(issue(anna, kind), kind, kStart + life)) << to_string(kind);
        EXPECT_FALSE(works(issue(anna, kind), kind, kStart + life + milliseconds(1)))
            << to_string(kind);
    }
}

TEST_P(MailTokenStoreTest, ANewLinkEndsThoseOfItsKindThatWentBefore) {
    auto const anna = create("anna");
    auto const bert = create("bert");
    auto const first = issue(anna, reset);
    auto const other_kind = issue(anna, verify);
    auto const of_bert = issue(bert, reset);
    auto const second = issue(anna, reset);
    EXPECT_NE(first, second);
    EXPECT_FALSE(works(first, reset));
    EXPECT_TRUE(works(second, reset));
    EXPECT_TRUE(works(other_kind, verify));
    EXPECT_TRUE(works(of_bert, reset));
}

TEST_P(MailTokenStoreTest, AllOfAnAccountAreForgottenTogether) {
    auto const anna = create("anna");
    auto const bert = create("bert");
    std::array const secrets{issue(anna, verify), issue(anna, change), issue(anna, reset)};
    auto const of_bert = issue(bert, verify);
    ASSERT_TRUE(tokens.forget(anna.id));
    for (auto const& secret : secrets)
        EXPECT_FALSE(tokens.take(secret, {verify, change, reset}, kStart).value());
    EXPECT_TRUE(works(of_bert, verify));
}

TEST_P(MailTokenStoreTest, AnAccountTakesItsLinksWithIt) {
    auto const anna = create("anna");
    auto const secret = issue(anna, verify);
    ASSERT_TRUE(accounts.remove(anna.id));

    EXPECT_FALSE(works(secret, verify));
}

TEST_P(MailTokenStoreTest, KeepsNoSecretThatOpensAnything) {
    auto const secret = issue(create("anna"), verify);
    auto const rows = [this] {
        auto const connection = database->acquire();
        return (*connection)->query("SELECT secret_hash FROM mail_tokens").value();
    }();
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].text(0), hash_of_secret(secret));
    EXPECT_FALSE(works(rows[0].text(0), verify));
    EXPECT_THAT(rows[0].text(0), ::testing::Not(::testing::HasSubstr(secret)));
}

}  // namespace
}  // namespace directfanz::accounts
