#include "system/http/client_address.hpp"

#include <cstdlib>

using namespace directfanz;

/// Whatever the header says, an address comes out; and with what a trusted proxy adds behind it,
/// the one that was added.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string const text(data, data + size);
    for (auto const header :
         {http::ForwardedHeader::x_forwarded_for, http::ForwardedHeader::forwarded}) {
        auto const rfc_7239 = header == http::ForwardedHeader::forwarded;
        http::ProxyTrust const trust{.addresses = *io::AddressSet::parse("10.0.0.0/8"),
                                     .header = header};
        auto const* const name = rfc_7239 ? "Forwarded" : "X-Forwarded-For";
        http::Headers headers;
        headers.add(name, text);
        if (!io::parse_ip(http::client_address(trust, "10.0.0.1", headers))) std::abort();
        headers.add(name, rfc_7239 ? "for=\"[2001:db8::1]:80\"" : "2001:db8::1");
        if (http::client_address(trust, "10.0.0.1", headers) != "2001:db8::1") std::abort();
    }
    return 0;
}
