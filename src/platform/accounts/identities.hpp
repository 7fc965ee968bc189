#pragma once

#include "base/lru_map.hpp"
#include "platform/accounts/session_store.hpp"
#include "platform/accounts/token_store.hpp"
#include "platform/api/caller.hpp"
#include "system/io/blocking.hpp"
#include "system/io/single_flight.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace directfanz::accounts {

/// Who asks, by cookie or token: most of the time from memory. From any loop.
///
/// What the database said is believed for kBelieve. What this process changes is forgotten at once,
/// also what is being asked at that moment; another process's change (the command line) counts
/// after kBelieve.
class Identities final : public api::Authenticator {
  public:
    Identities(SessionStore& sessions, TokenStore& tokens, io::BlockingPool& blocking)
        : sessions_(sessions), tokens_(tokens), blocking_(blocking), known_(kMaxKnown) {}

    io::Task<Result<api::Caller>> identify(http::Request const& request) override;

    /// All that is known of everybody: after a sign-out, a revocation, a change of roles. They are
    /// rare, and asking again is cheap.
    void forget();

    static constexpr seconds kBelieve{5};
    static constexpr std::size_t kMaxKnown = 65'536;

  private:
    using Answer = Result<std::optional<Holder>>;

    struct Known {
        std::optional<Holder> holder;
        SteadyTime until;
    };

    io::Task<Answer> find(std::string hash, bool token, std::string address);
    io::Task<Answer> ask(std::string hash, bool token, std::string address);

    SessionStore& sessions_;
    TokenStore& tokens_;
    io::BlockingPool& blocking_;
    io::SingleFlight<std::string, Answer> questions_;
    std::mutex mutex_;
    LruMap<std::string, Known> known_;
    /// Counts forget(): an answer that was asked for before it is not kept.
    std::uint64_t generation_ = 0;
};

}  // namespace directfanz::accounts
