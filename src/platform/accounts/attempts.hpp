#pragma once

#include "base/clock.hpp"
#include "base/lru_map.hpp"

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>

namespace directfanz::accounts {

/// Wrong passwords and codes, by whom they were tried against and from where: after a few, each
/// further one has to wait twice as long as the one before.
///
/// Who fails is named by account and address together, so that nobody can lock the owner out from
/// elsewhere; one more of these counts what is tried against an account from everywhere, which
/// those that got in before from where they are need not mind. From any thread.
class Attempts {
  public:
    explicit Attempts(unsigned free = kFree) : free_(free), known_(kMaxKnown) {}

    /// From one address.
    static constexpr unsigned kFree = 5;
    /// From all addresses together.
    static constexpr unsigned kFreeEverywhere = 100;
    static constexpr seconds kFirstWait{2};
    static constexpr seconds kLongestWait{900};
    /// After so long without a failure all is forgotten.
    static constexpr seconds kForget{3'600};
    static constexpr std::size_t kMaxKnown = 16'384;

    /// How long `whom` has to wait still; nothing if not at all.
    std::optional<seconds> wait(std::string const& whom, SteadyTime now);
    void failed(std::string const& whom, SteadyTime now);
    void succeeded(std::string const& whom);
    /// Whether `whom` succeeded once, as far as is still remembered.
    bool familiar(std::string const& whom);

  private:
    struct Known {
        bool succeeded = false;
        unsigned failures = 0;
        SteadyTime last;
        SteadyTime until;
    };

    unsigned const free_;
    std::mutex mutex_;
    LruMap<std::string, Known> known_;
};

}  // namespace directfanz::accounts
