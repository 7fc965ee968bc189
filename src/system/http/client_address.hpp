#pragma once

#include "system/http/message.hpp"
#include "system/io/address_range.hpp"

#include <string>
#include <string_view>

namespace directfanz::http {

/// Which header tells for whom a proxy asks. One of them only: a proxy that writes one hands the
/// other on as its client sent it.
enum class ForwardedHeader {
    x_forwarded_for,  ///< X-Forwarded-For and X-Forwarded-Proto: lists with commas
    forwarded,        ///< Forwarded: RFC 7239
};

/// Proxies that are believed.
struct ProxyTrust {
    io::AddressSet addresses;
    ForwardedHeader header = ForwardedHeader::x_forwarded_for;
};

/// Who asks, and how it came to whom it asked.
struct Client {
    /// As text, without the port.
    std::string address;
    /// By https.
    bool encrypted = false;
};

/// For whom `peer`, which came `encrypted` or not, asks: for itself unless it is trusted; otherwise
/// for the last one in its header that is not a trusted proxy itself, since each proxy adds to the
/// end whom it was asked by and only what trusted ones have added is true. Where the header ends,
/// or names no address
/// ("unknown", RFC 7239, 6.2), the proxy that wrote that is the client.
///
/// The scheme is the one by which that client came: "proto" beside its "for", or X-Forwarded-Proto,
/// of which a proxy may keep a list or only the newest; where a proxy tells none, what is nearer to
/// us counts.
Client client_of(ProxyTrust const& trust, std::string_view peer, bool encrypted,
                 Headers const& headers);

}  // namespace directfanz::http
