#include "platform/accounts/accounts.hpp"
#include "platform/accounts/test_support.hpp"
#include "platform/accounts/totp.hpp"
#include "platform/api/test_support.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace directfanz::accounts {
namespace {

using api::Role;
using http::Method;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Json = nlohmann::json;

constexpr std::string_view kRight = "rather long and not known";

class NoMailer final : public mail::Mailer {
  public:
    Result<void> send(mail::Message const& /*message*/) override { return {}; }
};

/// The module's handlers; who asks is said by the test.
class Rig {
  public:
    explicit Rig(bool by_approval = false, api::RateLimits const& limits = {})
        : test(db::Engine::sqlite, limits),
          module(*test.database, test.blocking, mailer,
                 {.site = {},
                  .facts = {.creators_by_approval = by_approval},
                  .setup_file = std::filesystem::temp_directory_path() / "no-setup-link",
                  .hash_cost = kCheap}) {
        module.context().on_changed.emplace_back(
            [this](Account const& before, Account const& after) {
                changes.emplace_back(before, after);
            });
        module.add_to(test.api);
    }
    ~Rig() { module.stop(); }
    Rig(Rig const&) = delete;
    Rig& operator=(Rig const&) = delete;

    Account create(std::string handle, auto const& furnish) {
        Account account;
        account.id = AccountId(new_id());
        account.display_name = handle;
        account.email = handle + "@mail.example";
        account.handle = std::move(handle);
        account.created_at = wall_now();
        furnish(account);
        EXPECT_EQ(module.stores().accounts.create(account).value(), AccountStore::Taken::nothing);
        return account;
    }

    /// The caller of all that follows.
    void be(Account const& account) {
        test.authenticator.caller = api::signed_in(account.id.value(), account.roles);
    }

    http::Response ask(Method method, std::string const& path, std::string body = {}) {
        return test.ask(test.request(method, "/api/v1" + path, std::move(body)));
    }

    http::Response decide(Account const& account, std::string body) {
        auto request = test.request(Method::patch, "/api/v1/admin/accounts/" + account.id.value(),
                                    std::move(body));
        auto const now = module.stores().accounts.find(account.id).value().value();
        request.headers.add("If-Match", '"' + std::to_string(now.version) + '"');
        return test.ask(request);
    }

    http::Response sign_in(Account const& account, std::string_view password,
                           std::string const& code = {}) {
        Json body{{"email", account.email}, {"password", password}};
        if (!code.empty()) body["code"] = code;
        return ask(Method::post, "/session", body.dump());
    }

    Account now(Account const& account) {
        return module.stores().accounts.find(account.id).value().value();
    }

    static constexpr HashCost kCheap{.kibibytes = 64, .passes = 1};

    api::TestApi test;
    NoMailer mailer;
    Accounts module;
    std::vector<std::pair<Account, Account>> changes;
};

class BecomeCreatorTest : public testing::TestWithParam<bool> {};

INSTANTIATE_TEST_SUITE_P(InBothModes, BecomeCreatorTest, testing::Bool());

TEST_P(BecomeCreatorTest, WhomAnAdministratorRefusedIsRefusedAgain) {
    Rig rig(GetParam());
    auto const anna = rig.create("anna", [](Account& a) { a.creator = CreatorStatus::refused; });
    rig.be(anna);
    auto const response = rig.ask(Method::post, "/account/creator");
    EXPECT_EQ(response.status, 403U);
    EXPECT_THAT(Json::parse(api::TestApi::text_of(response))["detail"].get<std::string>(),
                HasSubstr("administrator decided"));
    EXPECT_EQ(rig.now(anna).creator, CreatorStatus::refused);
    EXPECT_FALSE(rig.now(anna).is(Role::creator));
    EXPECT_THAT(rig.changes, IsEmpty());
}

TEST_P(BecomeCreatorTest, WhoWasNotRefusedBecomesOneOrWaits) {
    Rig rig(GetParam());
    auto const anna = rig.create("anna", [](Account&) {});
    rig.be(anna);
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(rig.ask(Method::post, "/account/creator").status, 200U) << "asked again, too";
        EXPECT_EQ(rig.now(anna).creator,
                  GetParam() ? CreatorStatus::pending : CreatorStatus::approved);
        EXPECT_EQ(rig.now(anna).is(Role::creator), !GetParam());
    }
}

class AdminRoutesTest : public testing::Test {
  protected:
    AdminRoutesTest() {
        rig.be(rig.create("boss", [](Account& a) { a.roles = {Role::fan, Role::administrator}; }));
    }

    void script(std::string const& sql) {
        auto const connection = rig.test.database->acquire();
        ASSERT_TRUE((*connection)->script(sql));
    }

    Rig rig;
};

TEST_F(AdminRoutesTest, WhatIsDecidedCountsAndIsToldEvenIfNoNotificationCanBeKept) {
    auto const anna = rig.create("anna", [](Account&) {});
    script("ALTER TABLE notifications RENAME TO gone;");
    EXPECT_EQ(rig.decide(anna, R"({"creator":"approved"})").status, 200U);
    EXPECT_TRUE(rig.now(anna).is(Role::creator));
    ASSERT_THAT(rig.changes, SizeIs(1));
    EXPECT_TRUE(rig.changes[0].second.is(Role::creator));
}

TEST_F(AdminRoutesTest, WhoIsSuspendedHasNoSessionLeft) {
    auto const anna = rig.create("anna", [](Account&) {});
    auto& sessions = rig.module.stores().sessions;
    ASSERT_TRUE(sessions.begin(anna.id, "secret", "", "", wall_now()));
    EXPECT_EQ(rig.decide(anna, R"({"statusReason":"careful"})").status, 200U);
    EXPECT_THAT(sessions.list(anna.id, wall_now()).value(), SizeIs(1));
    EXPECT_EQ(rig.decide(anna, R"({"status":"suspended"})").status, 200U);
    EXPECT_THAT(sessions.list(anna.id, wall_now()).value(), IsEmpty());
}

TEST_F(AdminRoutesTest, ASuspensionIsWholeOrNotAtAll) {
    auto const anna = rig.create("anna", [](Account&) {});
    script("ALTER TABLE sessions RENAME TO gone;");
    EXPECT_EQ(rig.decide(anna, R"({"status":"suspended"})").status, 500U);
    EXPECT_EQ(rig.now(anna).status, Status::active);
    EXPECT_THAT(rig.changes, IsEmpty());
}

class SignInTest : public testing::Test {
  protected:
    static api::RateLimits few() {
        api::RateLimits limits;
        auto const guess = static_cast<std::size_t>(api::RateClass::guess);
        limits.by_address[guess] = {.requests = 3, .window = seconds(3'600)};
        return limits;
    }

    Rig rig{false, few()};
    std::string secret = totp::new_secret();
    Account anna = rig.create("anna", [this](Account& account) {
        account.password_hash = hash_password(kRight, Rig::kCheap).value();
        account.totp_secret = secret;
    });
};

TEST_F(SignInTest, TheFirstStepWithTheRightPasswordIsNoGuess) {
    for (int i = 0; i < 10; ++i) EXPECT_EQ(rig.sign_in(anna, kRight).status, 401U) << i;
}

TEST_F(SignInTest, AWrongPasswordIsAGuess) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(rig.sign_in(anna, "wrong").status, 401U) << i;
    EXPECT_EQ(rig.sign_in(anna, kRight).status, 429U);
}

TEST_F(SignInTest, AWrongCodeIsAGuess) {
    for (int i = 0; i < 3; ++i) EXPECT_EQ(rig.sign_in(anna, kRight, "abcdef").status, 401U) << i;
    EXPECT_EQ(rig.sign_in(anna, kRight).status, 429U);
}

}  // namespace
}  // namespace directfanz::accounts
