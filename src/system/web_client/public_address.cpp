#include "system/web_client/public_address.hpp"

#include <algorithm>
#include <cstddef>

namespace directfanz::web_client {
namespace {

io::AddressSet const& special() {
    static auto const set =
        io::AddressSet::parse(
            // IPv4
            "0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, "
            "192.0.0.0/24, 192.0.2.0/24, 192.88.99.0/24, 192.168.0.0/16, 198.18.0.0/15, "
            "198.51.100.0/24, 203.0.113.0/24, 224.0.0.0/4, 240.0.0.0/4, "
            // Inside 2000::/3: protocols (Teredo, ORCHID, benchmarks), examples
            "2001::/23, 2001:db8::/32, 3fff::/20")
            .value();
    return set;
}

/// 2000::/3 is all of IPv6 that is given to the public.
io::AddressSet const& global_v6() {
    static auto const set = io::AddressSet::parse("2000::/3").value();
    return set;
}

io::AddressSet const& six_to_four() {
    static auto const set = io::AddressSet::parse("2002::/16").value();
    return set;
}

io::AddressSet const& nat64() {
    static auto const set = io::AddressSet::parse("64:ff9b::/96").value();
    return set;
}

/// The four bytes from `offset` on, in the mapped form.
io::IpAddress embedded_v4(io::IpAddress const& address, std::size_t offset) {
    io::IpAddress v4;
    v4.bytes[10] = v4.bytes[11] = 0xff;
    std::copy_n(address.bytes.begin() + static_cast<std::ptrdiff_t>(offset), 4,
                v4.bytes.begin() + 12);
    return v4;
}

}  // namespace

bool is_public(io::IpAddress const& address) {
    if (io::is_v4(address)) return !special().contains(address);
    if (nat64().contains(address)) return is_public(embedded_v4(address, 12));
    if (six_to_four().contains(address)) return is_public(embedded_v4(address, 2));
    return global_v6().contains(address) && !special().contains(address);
}

}  // namespace directfanz::web_client
