#include "platform/streams/failure_limiter.hpp"

#include <algorithm>

#include <arpa/inet.h>
#include <netinet/in.h>

namespace directfanz::streams {

std::string counted_as(std::string_view address) {
    // A scope ("fe80::1%eth0") is of no interest here.
    std::string text(address.substr(0, address.find('%')));
    in6_addr bytes{};
    if (::inet_pton(AF_INET6, text.c_str(), &bytes) != 1) return text;
    if (IN6_IS_ADDR_V4MAPPED(&bytes)) {
        char dotted[INET_ADDRSTRLEN] = {};
        ::inet_ntop(AF_INET, &bytes.s6_addr[12], dotted, sizeof dotted);
        return dotted;
    }
    std::fill(&bytes.s6_addr[8], &bytes.s6_addr[0] + 16, std::uint8_t{0});
    char network[INET6_ADDRSTRLEN] = {};
    ::inet_ntop(AF_INET6, &bytes, network, sizeof network);
    return std::string(network) + "/64";
}

std::optional<milliseconds> FailureLimiter::blocked_for(std::string_view address, SteadyTime now) {
    std::lock_guard const lock(mutex_);
    auto const* const failures = table_.find(counted_as(address));
    if (failures == nullptr || failures->count < limits_.failures) return std::nullopt;
    auto const left = failures->since + limits_.window - now;
    if (left <= left.zero()) return std::nullopt;
    return std::chrono::ceil<milliseconds>(left);
}

void FailureLimiter::record(std::string_view address, SteadyTime now) {
    auto const counted = counted_as(address);
    std::lock_guard const lock(mutex_);
    auto* const failures = table_.find(counted);
    if (failures == nullptr || now >= failures->since + limits_.window) {
        table_.put(counted, {.since = now, .count = 1});
    } else {
        ++failures->count;
    }
}

}  // namespace directfanz::streams
