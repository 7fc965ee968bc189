#include "platform/accounts/recovery_codes.hpp"

#include "platform/accounts/test_support.hpp"
#include "platform/accounts/totp.hpp"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

namespace directfanz::accounts {
namespace {

class RecoveryCodeStoreTest : public AccountsFixture {
  protected:
    void replace(Account const& account, std::vector<std::string> const& fresh) {
        auto const connection = database->acquire();
        ASSERT_TRUE(replace_recovery_codes(**connection, account.id, fresh));
    }
    bool take(Account const& account, std::string_view typed) {
        auto const connection = database->acquire();
        return take_recovery_code(**connection, account.id, typed).value();
    }

    Account const anna = create("anna");
    std::vector<std::string> const codes = totp::new_recovery_codes();
};

ON_EVERY_DATABASE(RecoveryCodeStoreTest);

TEST_P(RecoveryCodeStoreTest, EachWorksOnce) {
    replace(anna, codes);
    for (auto const& code : codes) {
        EXPECT_TRUE(take(anna, code)) << code;
        EXPECT_FALSE(take(anna, code)) << code;
    }
}

TEST_P(RecoveryCodeStoreTest, OfAllWhoTypeACodeAtOnceOneGetsIn) {
    replace(anna, codes);
    std::atomic<int> in = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] {
                if (take(anna, codes[0])) ++in;
            });
        }
    }
    EXPECT_EQ(in, 1);
}

TEST_P(RecoveryCodeStoreTest, ItDoesNotMatterHowOneIsTyped) {
    replace(anna, codes);
    auto typed = " " + codes[0] + " ";
    std::ranges::transform(typed, typed.begin(),
                           [](char c) { return static_cast<char>(std::toupper(c)); });
    EXPECT_TRUE(take(anna, typed)) << typed;
}

TEST_P(RecoveryCodeStoreTest, OpenTheAccountThatTheyAreOfAndNoOther) {
    auto const bert = create("bert");
    replace(anna, codes);
    EXPECT_FALSE(take(bert, codes[0]));
    EXPECT_TRUE(take(anna, codes[0]));
    EXPECT_FALSE(take(anna, ""));
}

TEST_P(RecoveryCodeStoreTest, NewOnesComeInPlaceOfThoseBefore) {
    auto const bert = create("bert");
    auto const of_bert = totp::new_recovery_codes();
    replace(anna, codes);
    replace(bert, of_bert);
    auto const fresh = totp::new_recovery_codes();
    replace(anna, fresh);
    EXPECT_FALSE(take(anna, codes[0]));
    EXPECT_TRUE(take(anna, fresh[0]));
    replace(anna, {});
    EXPECT_FALSE(take(anna, fresh[1]));
    EXPECT_TRUE(take(bert, of_bert[0])) << "who is another's";
}

TEST_P(RecoveryCodeStoreTest, GoWithTheirAccount) {
    replace(anna, codes);
    ASSERT_TRUE(accounts.remove(anna.id));
    auto const connection = database->acquire();
    EXPECT_TRUE((*connection)->query("SELECT 1 FROM recovery_codes").value().empty());
}

TEST_P(RecoveryCodeStoreTest, AreKeptAsNobodyCanUseThem) {
    replace(anna, codes);
    auto const rows = [this] {
        auto const connection = database->acquire();
        return (*connection)->query("SELECT code_hash FROM recovery_codes").value();
    }();
    ASSERT_EQ(rows.size(), codes.size());
    for (auto const& row : rows) {
        EXPECT_THAT(codes, ::testing::Not(::testing::Contains(row.text(0))));
        EXPECT_FALSE(take(anna, row.text(0)));
    }
}

}  // namespace
}  // namespace directfanz::accounts
