#pragma once

#include "base/clock.hpp"
#include "system/io/address_range.hpp"

#include <cstddef>

namespace directfanz::rtmp {

/// What one peer, and all together, may take up.
struct Settings {
    /// From the accepted connection to an accepted publish, the gate's own time not counted.
    milliseconds publish_time{10'000};
    /// Of a publisher, without audio or video.
    milliseconds idle_time{30'000};
    /// After a farewell, for the peer to read it.
    milliseconds linger_time{2'000};
    /// A publisher that is silent for this long is asked for a sign of life.
    milliseconds ping_interval{5'000};
    /// On all loops together; beyond them new ones are closed at once.
    std::size_t connections = 10'000;
    /// Of one address, as io::AddressCounter counts them, that do not publish: half-open ones must
    /// not take everybody's places. Those that publish have a key, and are as many as they like.
    std::size_t waiting_per_address = 100;
    /// These may say, by the PROXY protocol, for whom they connect; without it they are not
    /// counted.
    io::AddressSet trusted_proxies;
    /// What a peer may leave unread of what we tell it.
    std::size_t write_backlog = 32 * 1024;
};

}  // namespace directfanz::rtmp
