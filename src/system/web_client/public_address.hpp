#pragma once

#include "system/io/address_range.hpp"

namespace directfanz::web_client {

/// Whether an address is one of the public internet, and so no host of this machine, of its
/// network, or of a cloud's insides (169.254.169.254): the registries of special purposes of IANA
/// (RFC 6890 and after). Addresses that stand for an IPv4 address (mapped, 6to4, NAT64) are judged
/// by that one.
bool is_public(io::IpAddress const& address);

}  // namespace directfanz::web_client
