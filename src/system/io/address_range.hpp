#pragma once

#include "base/result.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::io {

/// An address of a host, in network byte order. IPv4 stands in its mapped form (::ffff:192.0.2.1),
/// so that one host is one value however a socket or a header spells it.
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};

    auto operator<=>(IpAddress const&) const = default;
};

/// "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1"; a scope ("fe80::1%eth0") is passed over. Nothing
/// for any other text, such as an address with a port.
std::optional<IpAddress> parse_ip(std::string_view text);

/// Whether it is an IPv4 address.
bool is_v4(IpAddress const& address);

/// "192.0.2.1" also for the mapped form.
std::string to_string(IpAddress const& address);

/// Addresses of hosts and networks.
class AddressSet {
  public:
    /// Longest list, so that a look-up stays short.
    static constexpr std::size_t kMaxRanges = 256;

    /// Addresses and networks with commas or blanks between them: "10.0.0.0/8, ::1,
    /// 2001:db8::/32". What stands behind a network's prefix is not compared. Error: invalid.
    static Result<AddressSet> parse(std::string_view list);

    bool empty() const { return ranges_.empty(); }
    bool contains(IpAddress const& address) const;
    /// False for what is no address.
    bool contains(std::string_view address) const;

    /// As parse() takes it.
    std::string to_string() const;

  private:
    struct Range {
        IpAddress first;
        /// Bits that have to be equal, of 128.
        unsigned prefix = 128;
    };

    static Result<Range> parse_range(std::string_view text);

    std::vector<Range> ranges_;
};

}  // namespace directfanz::io
