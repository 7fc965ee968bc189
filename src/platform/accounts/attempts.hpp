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
/// elsewhere; the limits of the address and of the account itself are the API's. From any thread.
class Attempts {
  public:
    Attempts() : known_(kMaxKnown) {}

    static constexpr unsigned kFree = 5;
    static constexpr seconds kFirstWait{2};
    static constexpr seconds kLongestWait{900};
    /// After so long without a failure all is forgotten.
    static constexpr seconds kForget{3'600};
    static constexpr std::size_t kMaxKnown = 16'384;

    /// How long `whom` has to wait still; nothing if not at all.
    std::optional<seconds> wait(std::string const& whom, SteadyTime now);
    void failed(std::string const& whom, SteadyTime now);
    void succeeded(std::string const& whom);

  private:
    struct Known {
        unsigned failures = 0;
        SteadyTime last;
        SteadyTime until;
    };

    std::mutex mutex_;
    LruMap<std::string, Known> known_;
};

}  // namespace directfanz::accounts
