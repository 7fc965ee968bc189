#include "platform/webhooks/signature.hpp"

#include <set>

#include <gmock/gmock.h>

namespace directfanz::webhooks {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

// The example of Standard Webhooks' reference libraries.
constexpr std::string_view kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::int64_t kTimestamp = 1'614'265'330;
constexpr std::string_view kBody = R"({"test": 2432232314})";
constexpr std::string_view kSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

TEST(SignatureTest, IsTheReferenceLibrariesOwn) {
    EXPECT_EQ(sign(kSecret, kId, kTimestamp, kBody), kSignature);
}

TEST(SignatureTest, EveryPartIsSigned) {
    EXPECT_NE(sign(kSecret, "msg_other", kTimestamp, kBody), kSignature);
    EXPECT_NE(sign(kSecret, kId, kTimestamp + 1, kBody), kSignature);
    EXPECT_NE(sign(kSecret, kId, kTimestamp, "{}"), kSignature);
    EXPECT_NE(sign(new_webhook_secret(), kId, kTimestamp, kBody), kSignature);
}

TEST(SignatureTest, WhatIsNoSecretSignsNothing) {
    EXPECT_EQ(sign("", kId, kTimestamp, kBody), "");
    EXPECT_EQ(sign("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", kId, kTimestamp, kBody), "");
    EXPECT_EQ(sign("whsec_", kId, kTimestamp, kBody), "");
    EXPECT_EQ(sign("whsec_!!!!", kId, kTimestamp, kBody), "");
    EXPECT_EQ(sign("whsec_ABC", kId, kTimestamp, kBody), "");
}

TEST(SignatureTest, ANewSecretHas256Bits) {
    std::set<std::string> secrets;
    for (int i = 0; i < 100; ++i) {
        auto const secret = new_webhook_secret();
        EXPECT_THAT(secret, MatchesRegex("whsec_[A-Za-z0-9+/]{43}="));
        EXPECT_THAT(sign(secret, kId, kTimestamp, kBody), MatchesRegex("v1,[A-Za-z0-9+/]{43}="));
        secrets.insert(secret);
    }
    EXPECT_EQ(secrets.size(), 100U);
}

TEST(SignatureTest, ASecretThatWasReplacedSignsTooForADay) {
    WallTime const now{seconds(kTimestamp)};
    Webhook webhook;
    webhook.secret = new_webhook_secret();
    EXPECT_THAT(signatures(webhook, kId, now, kBody), Not(HasSubstr(" ")));
    webhook.old_secret = std::string(kSecret);
    webhook.old_secret_until = now + kOldSecretLife;
    EXPECT_EQ(signatures(webhook, kId, now, kBody),
              sign(webhook.secret, kId, kTimestamp, kBody) + " " + std::string(kSignature));
    webhook.old_secret_until = now;
    EXPECT_EQ(signatures(webhook, kId, now, kBody), sign(webhook.secret, kId, kTimestamp, kBody));
}

}  // namespace
}  // namespace directfanz::webhooks
