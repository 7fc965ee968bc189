#include "platform/accounts/secret.hpp"

#include "base/base64url.hpp"
#include "base/digest.hpp"

#include <set>

#include <gmock/gmock.h>

namespace directfanz::accounts {
namespace {

using ::testing::MatchesRegex;

TEST(SecretTest, Has256RandomBits) {
    std::set<std::string> secrets;
    for (int i = 0; i < 1'000; ++i) {
        auto const secret = new_secret();
        ASSERT_EQ(secret.size(), 43U);
        ASSERT_EQ(from_base64url(secret).value().size(), 32U);
        secrets.insert(secret);
    }
    EXPECT_EQ(secrets.size(), 1'000U);
}

TEST(SecretTest, IsKeptAsItsSha256) {
    EXPECT_EQ(hash_of_secret("abc"),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(SecretTest, AnIdIsWhatTheContractSays) {
    std::set<std::string> ids;
    for (int i = 0; i < 1'000; ++i) {
        auto const id = new_id();
        ASSERT_THAT(id, MatchesRegex("[a-z2-7]{16}"));
        ids.insert(id);
    }
    EXPECT_EQ(ids.size(), 1'000U);
}

TEST(SecretTest, TheSameIsTheSameInAllItsBytes) {
    EXPECT_TRUE(same_secret("", ""));
    EXPECT_TRUE(same_secret("abc", "abc"));
    EXPECT_FALSE(same_secret("abc", "abd"));
    EXPECT_FALSE(same_secret("bbc", "abc"));
    EXPECT_FALSE(same_secret("abc", "abcd"));
    EXPECT_FALSE(same_secret(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

TEST(HmacTest, IsRfc4231s) {
    // Test cases 1, 2 and 4.
    EXPECT_EQ(to_hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    std::string key;
    for (char c = 1; c <= 25; ++c) key += c;
    EXPECT_EQ(to_hex(hmac_sha256(key, std::string(50, '\xcd'))),
              "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
}

}  // namespace
}  // namespace directfanz::accounts
