#include "system/http/client_address.hpp"

#include <cstdlib>

using namespace directfanz;

/// Whatever the header says, an address comes out; and with what a trusted proxy adds behind it,
/// the address and the scheme that were added.
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
        auto const claimed = http::client_of(trust, "10.0.0.1", false, headers);
        if (!io::parse_ip(claimed.address)) std::abort();
        headers.add("X-Forwarded-Proto", text);
        headers.add("X-Forwarded-Proto", "https");
        headers.add(name, rfc_7239 ? "for=\"[2001:db8::1]:80\";proto=https" : "2001:db8::1");
        auto const client = http::client_of(trust, "10.0.0.1", false, headers);
        if (client.address != "2001:db8::1" || !client.encrypted) std::abort();
    }
    return 0;
}
