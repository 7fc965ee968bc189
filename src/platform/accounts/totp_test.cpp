#include "platform/accounts/totp.hpp"

#include "base/property_test.hpp"

#include <set>

#include <gmock/gmock.h>

namespace directfanz::accounts::totp {
namespace {

using ::testing::MatchesRegex;

// RFC 4226 and RFC 6238, appendices: the ASCII text, in base 32.
constexpr std::string_view kKey = "12345678901234567890";
constexpr std::string_view kSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

WallTime at(std::int64_t second) {
    return WallTime(seconds(second));
}

TEST(TotpTest, MakesTheCodesOfRfc4226) {
    constexpr std::array<std::string_view, 10> kCodes{"755224", "287082", "359152", "969429",
                                                      "338314", "254676", "287922", "162583",
                                                      "399871", "520489"};
    for (std::size_t i = 0; i < kCodes.size(); ++i) {
        EXPECT_EQ(code_at(as_bytes(kKey), static_cast<std::int64_t>(i)), kCodes[i]);
    }
}

TEST(TotpTest, MakesTheCodesOfRfc6238) {
    // Appendix B has eight digits; six are the last six of them.
    struct Case {
        std::int64_t time;
        std::string_view code;
    };
    for (auto const& [time, code] : {Case{59, "287082"},
                                     {1'111'111'109, "081804"},
                                     {1'111'111'111, "050471"},
                                     {1'234'567'890, "005924"},
                                     {2'000'000'000, "279037"},
                                     {20'000'000'000, "353130"}}) {
        EXPECT_EQ(code_at(as_bytes(kKey), time / 30), code);
        // The clock of a test machine may not reach the last one's year.
        if (time < 9'000'000'000) {
            EXPECT_EQ(match(kSecret, code, at(time), 0), time / 30) << time;
        }
    }
}

TEST(TotpTest, TakesACodeOneStepEarlyOrLateAndNoMore) {
    constexpr std::int64_t kNow = 2'000'000'000;
    constexpr auto kPresent = kNow / 30;
    auto const code = [](std::int64_t step) { return code_at(as_bytes(kKey), step); };
    EXPECT_EQ(match(kSecret, code(kPresent - 1), at(kNow), 0), kPresent - 1);
    EXPECT_EQ(match(kSecret, code(kPresent), at(kNow), 0), kPresent);
    EXPECT_EQ(match(kSecret, code(kPresent + 1), at(kNow), 0), kPresent + 1);
    EXPECT_FALSE(match(kSecret, code(kPresent - 2), at(kNow), 0));
    EXPECT_FALSE(match(kSecret, code(kPresent + 2), at(kNow), 0));
}

TEST(TotpTest, ACodeWorksOnce) {
    constexpr std::int64_t kNow = 2'000'000'000;
    auto const code = code_at(as_bytes(kKey), kNow / 30);
    auto const step = match(kSecret, code, at(kNow), 0);
    ASSERT_TRUE(step);
    EXPECT_FALSE(match(kSecret, code, at(kNow), *step));
    EXPECT_FALSE(match(kSecret, code, at(kNow + 30), *step));
    auto const before = code_at(as_bytes(kKey), kNow / 30 - 1);
    EXPECT_FALSE(match(kSecret, before, at(kNow), *step)) << "nor does an older one after it";
    auto const next = code_at(as_bytes(kKey), kNow / 30 + 1);
    EXPECT_TRUE(match(kSecret, next, at(kNow + 30), *step));
}

TEST(TotpTest, NothingElseIsACode) {
    for (auto const* const wrong : {"", "0", "00592", "0059244", "005925", "5924  ", "abcdef"}) {
        EXPECT_FALSE(match(kSecret, wrong, at(1'234'567'890), 0)) << wrong;
    }
    EXPECT_FALSE(match("", "005924", at(1'234'567'890), 0));
    EXPECT_FALSE(match("not base 32!", "005924", at(1'234'567'890), 0));
}

TEST(TotpTest, ASecretHas160RandomBits) {
    std::set<std::string> secrets;
    for (int i = 0; i < 100; ++i) {
        auto const secret = new_secret();
        EXPECT_THAT(secret, MatchesRegex("[A-Z2-7]{32}"));
        secrets.insert(secret);
    }
    EXPECT_EQ(secrets.size(), 100U);
}

TEST(TotpTest, TheAddressForAppsIsEscaped) {
    EXPECT_EQ(uri("ABC", "My Fans & co", "anna/b@x.example"),
              "otpauth://totp/My%20Fans%20%26%20co:anna%2Fb%40x.example?secret=ABC&issuer="
              "My%20Fans%20%26%20co");
}

TEST(Base32Test, IsRfc4648sWithoutPadding) {
    struct Case {
        std::string_view plain;
        std::string_view encoded;
    };
    for (auto const& [plain, encoded] : {Case{"", ""},
                                         {"f", "MY"},
                                         {"fo", "MZXQ"},
                                         {"foo", "MZXW6"},
                                         {"foob", "MZXW6YQ"},
                                         {"fooba", "MZXW6YTB"},
                                         {"foobar", "MZXW6YTBOI"}}) {
        EXPECT_EQ(encode_base32(as_bytes(plain)), encoded);
        EXPECT_EQ(as_text(decode_base32(encoded).value()), plain);
    }
    EXPECT_EQ(as_text(decode_base32("mzxw6ytboi").value()), "foobar");
    for (auto const* const bad : {"M1", "MZ XW", "MZXW6===", "\xff"}) {
        EXPECT_FALSE(decode_base32(bad)) << bad;
    }
}

TEST(RecoveryCodesTest, AreTenThatPeopleCanTypeAsTheyLike) {
    auto const codes = new_recovery_codes();
    ASSERT_EQ(codes.size(), 10U);
    for (auto const& code : codes) {
        EXPECT_THAT(code, MatchesRegex("[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{2}"));
        EXPECT_LE(code.size(), 20U) << "the contract's limit";
    }
    EXPECT_EQ((std::set(codes.begin(), codes.end())).size(), 10U);
    EXPECT_EQ(plain_recovery_code("ABCD-efgh-jk"), "abcdefghjk");
    EXPECT_EQ(plain_recovery_code(" abcd efgh jk "), "abcdefghjk");
}

}  // namespace
}  // namespace directfanz::accounts::totp
