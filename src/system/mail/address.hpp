#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace directfanz::mail {

/// RFC 5321, 4.5.3.1: what fits into the longest path without its brackets.
inline constexpr std::size_t kMaxAddressLength = 254;
inline constexpr std::size_t kMaxLocalLength = 64;

/// An address to which mail can be sent.
struct Address {
    /// Before the @; its case is kept, it means something to few servers.
    std::string local;
    /// In lower case; a name, never an address literal.
    std::string domain;

    std::string to_string() const { return local + "@" + domain; }
    bool operator==(Address const&) const = default;
};

/// "somebody@example.org": the dot-atom form of RFC 5322, 3.4.1, with a domain name of RFC 1035.
/// Quoted local parts, comments and letters outside ASCII are refused, since hardly any server
/// takes them; write a domain in other scripts as xn--…. Error: invalid.
Result<Address> parse_address(std::string_view text);

/// Whom a mail is from: "no-reply@example.org", or "The name <no-reply@example.org>".
struct Sender {
    /// UTF-8 without control characters; may be empty.
    std::string name;
    Address address;
};

Result<Sender> parse_sender(std::string_view text);

}  // namespace directfanz::mail
