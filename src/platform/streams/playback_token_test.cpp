#include "platform/streams/playback_token.hpp"

#include "base/random.hpp"
#include "platform/streams/stream.hpp"

#include <random>

#include <gtest/gtest.h>

namespace directfanz::streams {
namespace {

PlaybackClaims some_claims() {
    return {.stream = StreamId("0123456789ab"),
            .preview = true,
            .expires_at = WallTime(seconds(1'800'000'000)),
            .epoch = 7,
            .viewer = 0xfedcba9876543210U};
}

TEST(PlaybackToken, SaysWhatItWasMadeFor) {
    PlaybackTokens const tokens(random_bytes(PlaybackTokens::kSecretBytes));
    auto claims = some_claims();
    EXPECT_EQ(tokens.read(tokens.make(claims)), claims);
    claims.preview = false;
    EXPECT_EQ(tokens.read(tokens.make(claims)), claims);
}

TEST(PlaybackToken, FitsIntoAPathAndItsLimit) {
    PlaybackTokens const tokens(random_bytes(PlaybackTokens::kSecretBytes));
    auto const token = tokens.make(some_claims());
    EXPECT_LE(token.size(), PlaybackTokens::kMaxTokenLength);
    EXPECT_EQ(token.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789-_."),
              std::string::npos);
}

TEST(PlaybackToken, OfAnotherSecretIsNone) {
    PlaybackTokens const ours(random_bytes(PlaybackTokens::kSecretBytes));
    PlaybackTokens const theirs(random_bytes(PlaybackTokens::kSecretBytes));
    EXPECT_EQ(ours.read(theirs.make(some_claims())), std::nullopt);
}

TEST(PlaybackToken, ThatWasChangedAnywhereIsNone) {
    PlaybackTokens const tokens(random_bytes(PlaybackTokens::kSecretBytes));
    auto const token = tokens.make(some_claims());
    for (std::size_t i = 0; i < token.size(); ++i) {
        for (char const other : {'A', 'B', '.', '-', '\0', '\x80'}) {
            if (token[i] == other) continue;
            auto changed = token;
            changed[i] = other;
            EXPECT_EQ(tokens.read(changed), std::nullopt) << i;
        }
        EXPECT_EQ(tokens.read(token.substr(0, i)), std::nullopt) << i;
        EXPECT_EQ(tokens.read(token.substr(i + 1)), std::nullopt) << i;
    }
    EXPECT_EQ(tokens.read(token + "A"), std::nullopt);
    EXPECT_EQ(tokens.read(token + "=="), std::nullopt);
}

TEST(PlaybackToken, MadeOfNothingMuchIsNone) {
    PlaybackTokens const tokens(random_bytes(PlaybackTokens::kSecretBytes));
    for (std::string const& token :
         {std::string(), std::string("."), std::string("a.b"), std::string(1'000, 'A'),
          std::string(100, '.'), std::string("AAAA.AAAA")}) {
        EXPECT_EQ(tokens.read(token), std::nullopt) << token;
    }
}

TEST(PlaybackToken, HoldsAnyNumbers) {
    PlaybackTokens const tokens(random_bytes(PlaybackTokens::kSecretBytes));
    std::mt19937_64 random(std::random_device{}());
    for (int round = 0; round < 2'000; ++round) {
        PlaybackClaims const claims{.stream = new_stream_id(),
                                    .preview = random() % 2 == 0,
                                    .expires_at = WallTime(seconds(random() % 9'000'000'000U)),
                                    .epoch = static_cast<std::int64_t>(random() >> 1),
                                    .viewer = random()};
        ASSERT_EQ(tokens.read(tokens.make(claims)), claims);
    }
}

}  // namespace
}  // namespace directfanz::streams
