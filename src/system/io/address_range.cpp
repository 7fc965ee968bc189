#include "system/io/address_range.hpp"

#include <algorithm>
#include <charconv>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

namespace directfanz::io {
namespace {

/// Where the four bytes stand in a mapped address (RFC 4291, 2.5.5.2).
constexpr std::size_t kMappedPrefix = 12;
constexpr unsigned kMappedBits = 8 * kMappedPrefix;
/// The longest text of an address.
constexpr std::size_t kLongestText = INET6_ADDRSTRLEN;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t";
    auto const from = text.find_first_not_of(blanks);
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
    auto const scope = text.find('%');
    if (scope != std::string_view::npos && text.find(':') < scope) text = text.substr(0, scope);
    // inet_pton reads to the first NUL.
    if (text.size() >= kLongestText || text.find('\0') != text.npos) return std::nullopt;
    std::string const terminated(text);
    IpAddress address;
    if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
    address.bytes[10] = address.bytes[11] = 0xFF;
    if (::inet_pton(AF_INET, terminated.c_str(), &address.bytes[kMappedPrefix]) == 1) {
        return address;
    }
    return std::nullopt;
}

bool is_v4(IpAddress const& address) {
    auto const& bytes = address.bytes;
    return std::all_of(bytes.begin(), bytes.begin() + 10, [](auto b) { return b == 0; }) &&
           bytes[10] == 0xFF && bytes[11] == 0xFF;
}

std::string to_string(IpAddress const& address) {
    std::array<char, kLongestText> text{};
    if (is_v4(address)) {
        ::inet_ntop(AF_INET, &address.bytes[kMappedPrefix], text.data(), text.size());
    } else {
        ::inet_ntop(AF_INET6, address.bytes.data(), text.data(), text.size());
    }
    return text.data();
}

Result<AddressSet::Range> AddressSet::parse_range(std::string_view text) {
    auto const slash = std::min(text.find('/'), text.size());
    auto const address = parse_ip(text.substr(0, slash));
    auto const bad = [text] {
        return fail(ErrorKind::invalid, "addresses",
                    fmt::format("'{}' is no address and no network, such as 192.0.2.1, 10.0.0.0/8 "
                                "or 2001:db8::/32",
                                text));
    };
    if (!address) return bad();
    Range range{.first = *address};
    if (slash == text.size()) return range;
    auto const digits = text.substr(slash + 1);
    auto const [end, code] =
        std::from_chars(digits.data(), digits.data() + digits.size(), range.prefix);
    if (code != std::errc{} || end != digits.data() + digits.size()) return bad();
    // Only an address that was written as IPv4 counts its prefix by IPv4's 32 bits.
    if (text.find(':') > slash) {
        if (range.prefix > 32) return bad();
        range.prefix += kMappedBits;
    }
    if (range.prefix > 128) return bad();
    return range;
}

Result<AddressSet> AddressSet::parse(std::string_view list) {
    AddressSet set;
    while (!list.empty()) {
        auto const end = std::min(list.find_first_of(", \t"), list.size());
        auto const text = trimmed(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
        if (text.empty()) continue;
        auto const range = parse_range(text);
        if (!range) return std::unexpected(range.error());
        if (set.ranges_.size() == kMaxRanges) {
            return fail(ErrorKind::invalid, "addresses",
                        fmt::format("there are more than {} addresses", kMaxRanges));
        }
        set.ranges_.push_back(*range);
    }
    return set;
}

bool AddressSet::contains(IpAddress const& address) const {
    return std::ranges::any_of(ranges_, [&address](Range const& range) {
        auto const whole = range.prefix / 8;
        auto const& bytes = range.first.bytes;
        if (!std::equal(bytes.begin(), bytes.begin() + whole, address.bytes.begin())) return false;
        auto const rest = range.prefix % 8;
        if (rest == 0) return true;
        return (bytes[whole] ^ address.bytes[whole]) >> (8U - rest) == 0;
    });
}

bool AddressSet::contains(std::string_view address) const {
    if (ranges_.empty()) return false;
    auto const parsed = parse_ip(address);
    return parsed && contains(*parsed);
}

std::string AddressSet::to_string() const {
    std::string text;
    for (auto const& [first, prefix] : ranges_) {
        auto const v4 = is_v4(first) && prefix >= kMappedBits;
        if (!text.empty()) text += ", ";
        // A network of mapped addresses that is wider than all of IPv4 has no IPv4 form.
        text += is_v4(first) && !v4 ? "::ffff:" + io::to_string(first) : io::to_string(first);
        if (prefix != 128) text += fmt::format("/{}", v4 ? prefix - kMappedBits : prefix);
    }
    return text;
}

}  // namespace directfanz::io
