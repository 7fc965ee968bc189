#include "platform/accounts/attempts.hpp"

#include <algorithm>

namespace directfanz::accounts {

std::optional<seconds> Attempts::wait(std::string const& whom, SteadyTime now) {
    std::lock_guard const lock(mutex_);
    auto const* const known = known_.find(whom);
    if (known == nullptr || known->until <= now) return std::nullopt;
    return std::chrono::ceil<seconds>(known->until - now);
}

void Attempts::failed(std::string const& whom, SteadyTime now) {
    std::lock_guard const lock(mutex_);
    auto* known = known_.find(whom);
    if (known == nullptr) {
        known_.put(whom, {});
        known = known_.find(whom);
    } else if (now - known->last > kForget) {
        *known = {.succeeded = known->succeeded, .last = {}, .until = {}};
    }
    known->last = now;
    if (++known->failures < free_) return;
    auto wait = kFirstWait;
    for (auto i = free_; i < known->failures && wait < kLongestWait; ++i) wait *= 2;
    known->until = now + std::min(wait, kLongestWait);
}

void Attempts::succeeded(std::string const& whom) {
    std::lock_guard const lock(mutex_);
    known_.put(whom, {.succeeded = true, .last = {}, .until = {}});
}

bool Attempts::familiar(std::string const& whom) {
    std::lock_guard const lock(mutex_);
    auto const* const known = known_.find(whom);
    return known != nullptr && known->succeeded;
}

}  // namespace directfanz::accounts
