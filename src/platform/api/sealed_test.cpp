#include "platform/api/sealed.hpp"

#include "base/property_test.hpp"

namespace directfanz::api {
namespace {

TEST(SealedTest, OpensWithTheSecretAlone) {
    auto const sealed = seal("a stream key", "secret");
    EXPECT_EQ(unseal(sealed, "secret"), "a stream key");
    EXPECT_EQ(unseal(sealed, "secret2"), std::nullopt);
    EXPECT_EQ(unseal(sealed, ""), std::nullopt);
}

TEST(SealedTest, ShowsNothingOfWhatItHolds) {
    EXPECT_EQ(seal("a stream key", "secret").find("stream"), std::string::npos);
    EXPECT_NE(seal("a stream key", "secret"), seal("a stream key", "secret"));
}

TEST(SealedTest, WhateverIsSealedOpensAgainAndNothingElseDoes) {
    testing::for_all_seeds([](testing::Generator& any) {
        auto const bytes = any.bytes(300);
        std::string const plain(bytes.begin(), bytes.end());
        auto sealed = seal(plain, "secret");
        EXPECT_EQ(unseal(sealed, "secret"), plain);
        auto& changed = sealed[any.number<std::size_t>(0, sealed.size() - 1)];
        changed = changed == 'A' ? 'B' : 'A';
        EXPECT_EQ(unseal(sealed, "secret"), std::nullopt);
    });
}

TEST(SealedTest, RefusesWhatWasNeverSealed) {
    for (auto const* const text :
         {"", "AAAA", "no base64!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
        EXPECT_EQ(unseal(text, "secret"), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace directfanz::api
