#include "platform/accounts/password.hpp"

#include "base/random.hpp"
#include "platform/accounts/secret.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <argon2.h>
#include <fmt/format.h>

namespace directfanz::accounts {
namespace {

/// The heads of every published list, as far as they are long enough to be taken at all. Compared
/// in lower case.
constexpr std::array<std::string_view, 60> kWellKnown{
    "1234567890",  "0123456789",   "12345678910",   "123456789a",    "1234567891",
    "9876543210",  "0987654321",   "1q2w3e4r5t",    "1qaz2wsx3edc",  "qwertyuiop",
    "qwerty12345", "qwerty123456", "qwertzuiop",    "azertyuiop",    "asdfghjkl1",
    "password12",  "password123",  "password1234",  "password12345", "passw0rd123",
    "p@ssword123", "p@ssw0rd123",  "passwort123",   "motdepasse",    "contraseña",
    "iloveyou12",  "iloveyou123",  "administrator", "administrador", "adminadmin",
    "admin12345",  "admin123456",  "welcome123",    "welcome1234",   "letmein123",
    "letmein1234", "changeme123",  "football123",   "baseball123",   "liverpool1",
    "manchester",  "basketball",   "michael123",    "charlie123",    "princess123",
    "sunshine123", "superman123",  "dragon1234",    "monkey1234",    "abcdefghij",
    "abcdefghijk", "abc1234567",   "abcd123456",    "a123456789",    "aa12345678",
    "q1w2e3r4t5",  "zxcvbnm123",   "1111111111a",   "directfanz",    "directfanz1",
};

std::string lower(std::string_view text) {
    std::string lowered(text);
    std::ranges::transform(lowered, lowered.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lowered;
}

constexpr std::uint32_t kLanes = 1;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;

}  // namespace

bool is_weak(std::string_view password, std::string_view handle, std::string_view email) {
    auto const text = lower(password);
    if (std::ranges::find(kWellKnown, text) != kWellKnown.end()) return true;
    if (std::ranges::all_of(text, [&](char c) { return c == text.front(); })) return true;
    auto const address = lower(email);
    return text == lower(handle) || text == address || text == address.substr(0, address.find('@'));
}

Result<std::string> hash_password(std::string_view password, HashCost cost) {
    auto const salt = random_bytes(kSaltBytes);
    std::string encoded(
        argon2_encodedlen(cost.passes, cost.kibibytes, kLanes, kSaltBytes, kHashBytes, Argon2_id),
        '\0');
    auto const code =
        argon2id_hash_encoded(cost.passes, cost.kibibytes, kLanes, password.data(), password.size(),
                              salt.data(), salt.size(), kHashBytes, encoded.data(), encoded.size());
    if (code != ARGON2_OK) {
        return fail(ErrorKind::unavailable, "password",
                    fmt::format("Argon2: {}", argon2_error_message(code)));
    }
    // argon2_encodedlen counts the zero at the end.
    encoded.resize(std::string_view(encoded.c_str()).size());
    return encoded;
}

bool password_matches(std::string_view password, std::string const& hash) {
    return argon2id_verify(hash.c_str(), password.data(), password.size()) == ARGON2_OK;
}

Hasher::Hasher(HashCost cost) : cost_(cost), threads_(kThreads) {
    auto made = hash_password(new_secret(), cost_);
    if (!made) throw std::runtime_error(describe(made.error()));
    nobodys_ = std::move(*made);
}

namespace {

/// One of those who wait, as long as it lives.
class Place {
  public:
    explicit Place(std::atomic<std::size_t>& waiting) : waiting_(waiting), number_(++waiting) {}
    ~Place() { --waiting_; }
    Place(Place const&) = delete;
    Place& operator=(Place const&) = delete;

    Result<void> check() const {
        if (number_ <= Hasher::kMaxWaiting) return {};
        return fail(ErrorKind::unavailable, "password",
                    "too many passwords are being checked at once");
    }

  private:
    std::atomic<std::size_t>& waiting_;
    std::size_t number_;
};

}  // namespace

io::Task<Result<std::string>> Hasher::hash(std::string password) {
    Place const place(waiting_);
    auto const taken = place.check();
    if (!taken) co_return std::unexpected(taken.error());
    auto work = [this, &password] { return hash_password(password, cost_); };
    auto hashed = co_await threads_.run(work);
    co_return hashed;
}

io::Task<Result<bool>> Hasher::matches(std::string password, std::string hash) {
    Place const place(waiting_);
    auto const taken = place.check();
    if (!taken) co_return std::unexpected(taken.error());
    auto work = [&] { return password_matches(password, hash); };
    auto const matched = co_await threads_.run(work);
    co_return matched;
}

io::Task<Result<bool>> Hasher::matches_nothing(std::string password) {
    auto const matched = co_await matches(std::move(password), nobodys_);
    if (!matched) co_return matched;
    co_return false;
}

}  // namespace directfanz::accounts
