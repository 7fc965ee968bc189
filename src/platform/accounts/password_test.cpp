#include "platform/accounts/password.hpp"

#include "platform/api/test_support.hpp"
#include "system/io/scope.hpp"

#include <vector>

#include <gmock/gmock.h>

namespace directfanz::accounts {
namespace {

using ::testing::StartsWith;

/// As cheap as Argon2 goes.
constexpr HashCost kCheap{.kibibytes = 8, .passes = 1};

TEST(WeakPasswordTest, WhatGuessersTryFirstIsWeak) {
    for (auto const* const weak : {"1234567890", "qwertyuiop", "Password123", "PASSWORD1234",
                                   "administrator", "aaaaaaaaaaaa", "##########"}) {
        EXPECT_TRUE(is_weak(weak, "luna", "luna@mail.example")) << weak;
    }
    EXPECT_FALSE(is_weak("correct horse battery", "luna", "luna@mail.example"));
    EXPECT_FALSE(is_weak("pässwörter sind gut", "luna", "luna@mail.example"));
}

TEST(WeakPasswordTest, OnesOwnNameAndAddressAreWeak) {
    EXPECT_TRUE(is_weak("Luna_Live_2026", "luna_live_2026", "x@mail.example"));
    EXPECT_TRUE(is_weak("luna.maria.live@mail.example", "luna", "Luna.Maria.Live@mail.example"));
    EXPECT_TRUE(is_weak("luna.maria.live", "luna", "luna.maria.live@mail.example"));
}

TEST(PasswordTest, CostsWhatOwaspAsksFor) {
    auto const hash = hash_password("correct horse battery");
    ASSERT_TRUE(hash);
    EXPECT_THAT(*hash, StartsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
    EXPECT_TRUE(password_matches("correct horse battery", *hash));
    EXPECT_FALSE(password_matches("correct horse batterz", *hash));
}

TEST(PasswordTest, EveryByteCounts) {
    auto const hash = hash_password("correct horse ", kCheap).value();
    EXPECT_TRUE(password_matches("correct horse ", hash));
    EXPECT_FALSE(password_matches("correct horse", hash));
    EXPECT_FALSE(password_matches("Correct horse ", hash));
    EXPECT_FALSE(password_matches("", hash));
    auto const longest = std::string(kLongestPassword * 4, 'x');
    auto const of_longest = hash_password(longest, kCheap).value();
    EXPECT_TRUE(password_matches(longest, of_longest));
    EXPECT_FALSE(password_matches(longest.substr(1), of_longest));
}

TEST(PasswordTest, EachHasASaltOfItsOwn) {
    EXPECT_NE(hash_password("the same", kCheap).value(), hash_password("the same", kCheap).value());
}

TEST(PasswordTest, WhatIsNoHashMatchesNothing) {
    for (auto const* const broken : {"", "x", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$$"}) {
        EXPECT_FALSE(password_matches("anything", broken)) << broken;
    }
}

TEST(HasherTest, HashesAndComparesOnItsOwnThreads) {
    Hasher hasher(kCheap);
    auto const hash = api::run_task(hasher.hash("correct horse"));
    ASSERT_TRUE(hash);
    EXPECT_TRUE(api::run_task(hasher.matches("correct horse", *hash)).value());
    EXPECT_FALSE(api::run_task(hasher.matches("wrong horse", *hash)).value());
    EXPECT_FALSE(api::run_task(hasher.matches_nothing("correct horse")).value());
}

io::Task<Result<std::size_t>> refusals(io::EventLoop& loop, Hasher& hasher, std::size_t count) {
    std::size_t refused = 0;
    std::size_t ended = 0;
    io::Scope scope(loop);
    struct Guess {
        static io::Task<> run(Hasher& hasher, std::size_t& refused, std::size_t& ended) {
            auto const matched = co_await hasher.matches_nothing("guess");
            if (!matched && matched.error().kind == ErrorKind::unavailable) ++refused;
            ++ended;
        }
    };
    for (std::size_t i = 0; i < count; ++i) scope.spawn(Guess::run(hasher, refused, ended));
    co_await scope.drained();
    EXPECT_EQ(ended, count);
    co_return refused;
}

TEST(HasherTest, ACrowdOfGuessesIsRefusedInsteadOfEatingTheMemory) {
    // Dear enough that none ends while the others begin.
    Hasher hasher({.kibibytes = 8'192, .passes = 1});
    io::EventLoop loop;
    std::optional<Result<std::size_t>> refused;
    std::exception_ptr failure;
    constexpr auto kCrowd = 2 * Hasher::kMaxWaiting;
    loop.spawn(api::keep_result(loop, refusals(loop, hasher, kCrowd), refused, failure));
    loop.run();
    ASSERT_FALSE(failure);
    EXPECT_EQ(refused->value(), kCrowd - Hasher::kMaxWaiting);
    EXPECT_FALSE(api::run_task(hasher.matches_nothing("later")).value());
}

}  // namespace
}  // namespace directfanz::accounts
