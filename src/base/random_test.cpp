#include "base/random.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace directfanz {
namespace {

TEST(RandomBytes, AreAsManyAsAsked) {
    for (std::size_t const count : {0UL, 1UL, 33UL, 100'000UL}) {
        EXPECT_EQ(random_bytes(count).size(), count);
    }
}

TEST(RandomBytes, DifferFromCallToCall) {
    EXPECT_NE(random_bytes(16), random_bytes(16));
}

TEST(RandomBytes, FillTheirWholeLength) {
    // Longer than what one getrandom() call promises: an unfilled tail would be all zeros.
    auto const bytes = random_bytes(4096);
    EXPECT_TRUE(std::any_of(bytes.end() - 32, bytes.end(), [](auto b) { return b != 0; }));
}

TEST(RandomToken, HasFiveBitsACharacterRoundedUp) {
    EXPECT_EQ(random_token(0).size(), 0U);
    EXPECT_EQ(random_token(5).size(), 1U);
    EXPECT_EQ(random_token(6).size(), 2U);
    EXPECT_EQ(random_token(128).size(), 26U);
}

TEST(RandomToken, UsesAllOfCrockfordsAlphabetAndNothingElse) {
    constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    auto const token = random_token(5 * 10'000);
    for (auto const c : token) EXPECT_NE(alphabet.find(c), std::string_view::npos) << c;
    for (auto const c : alphabet) {
        // 10,000 draws of 32: 312 are expected; 150 are 9 standard deviations away.
        EXPECT_GT(std::ranges::count(token, c), 150) << c;
    }
}

TEST(RandomToken, DoesNotRepeat) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(random_token(128)).second);
}

}  // namespace
}  // namespace directfanz
