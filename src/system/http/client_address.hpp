#pragma once

#include "system/http/message.hpp"
#include "system/io/address_range.hpp"

#include <string>
#include <string_view>

namespace directfanz::http {

/// Which header tells for whom a proxy asks. One of them only: a proxy that writes one hands the
/// other on as its client sent it.
enum class ForwardedHeader {
    x_forwarded_for,  ///< X-Forwarded-For: addresses with commas between them
    forwarded,        ///< Forwarded: RFC 7239
};

/// Proxies that are believed.
struct ProxyTrust {
    io::AddressSet addresses;
    ForwardedHeader header = ForwardedHeader::x_forwarded_for;
};

/// The address for which `peer` asks: peer's own unless it is trusted; otherwise the last one in
/// its header that is not of a trusted proxy itself, since each proxy adds to the end whom it was
/// asked by and only what trusted ones have added is true. Where the header ends, or names no
/// address ("unknown", RFC 7239, 6.2), the proxy that wrote that is the client.
std::string client_address(ProxyTrust const& trust, std::string_view peer, Headers const& headers);

}  // namespace directfanz::http
