#pragma once

#include "base/result.hpp"
#include "system/io/blocking.hpp"
#include "system/io/task.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace directfanz::accounts {

inline constexpr std::size_t kShortestPassword = 10;
inline constexpr std::size_t kLongestPassword = 200;

/// Whether a password is one that guessers try first: well-known, one character over and over, or
/// the account's own handle or address.
bool is_weak(std::string_view password, std::string_view handle, std::string_view email);

/// What a password's hash costs. OWASP's Password Storage Cheat Sheet: Argon2id with 19 MiB, two
/// passes and one lane, or what is harder than that.
struct HashCost {
    std::uint32_t kibibytes = 19'456;
    std::uint32_t passes = 2;
};

/// Argon2id (RFC 9106) in its own text form, "$argon2id$v=19$m=19456,t=2,p=1$salt$hash". Both
/// block for some ten milliseconds and take HashCost::kibibytes.
Result<std::string> hash_password(std::string_view password, HashCost cost = {});
bool password_matches(std::string_view password, std::string const& hash);

/// Hashes passwords on threads of its own, so that neither media nor the database waits for them,
/// and only a few at a time, so that they do not eat the memory.
class Hasher {
  public:
    explicit Hasher(HashCost cost = {});

    /// Error: unavailable when kMaxWaiting others wait already.
    io::Task<Result<std::string>> hash(std::string password);
    io::Task<Result<bool>> matches(std::string password, std::string hash);
    /// Costs what matches() costs, for an account that there is not.
    io::Task<Result<bool>> matches_nothing(std::string password);

    void stop() { threads_.stop(); }

    static constexpr std::size_t kThreads = 2;
    static constexpr std::size_t kMaxWaiting = 100;

  private:
    HashCost cost_;
    /// Of a password that nobody knows.
    std::string nobodys_;
    std::atomic<std::size_t> waiting_ = 0;
    io::BlockingPool threads_;
};

}  // namespace directfanz::accounts
