#include "system/mail/address.hpp"

#include <algorithm>
#include <cctype>

namespace directfanz::mail {
namespace {

constexpr std::size_t kMaxLabelLength = 63;
constexpr std::size_t kMaxNameLength = 100;

std::unexpected<Error> no_address() {
    return fail(ErrorKind::invalid, "mail address",
                "this is no mail address, such as somebody@example.org");
}

bool is_letter_or_digit(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

/// RFC 5322, 3.2.3: atext.
bool is_atext(char c) {
    return is_letter_or_digit(c) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

/// All parts between dots pass `check`.
template <typename Check>
bool dotted(std::string_view text, Check check) {
    for (;;) {
        auto const dot = text.find('.');
        if (!check(text.substr(0, dot))) return false;
        if (dot == text.npos) return true;
        text.remove_prefix(dot + 1);
    }
}

bool is_atom(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_atext);
}

bool is_label(std::string_view text) {
    return !text.empty() && text.size() <= kMaxLabelLength && text.front() != '-' &&
           text.back() != '-' &&
           std::ranges::all_of(text, [](char c) { return is_letter_or_digit(c) || c == '-'; });
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// A name of two labels at least, the last of which is no number: 127.0.0.1 is none.
bool is_domain(std::string_view text) {
    auto const dot = text.rfind('.');
    return dot != text.npos && dotted(text, is_label) &&
           !std::ranges::all_of(text.substr(dot + 1), is_digit);
}

std::string_view trim(std::string_view text) {
    auto const first = text.find_first_not_of(' ');
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

Result<Address> parse_address(std::string_view text) {
    auto const at = text.rfind('@');
    if (at == text.npos || text.size() > kMaxAddressLength) return no_address();
    auto const local = text.substr(0, at);
    auto const domain = text.substr(at + 1);
    if (local.size() > kMaxLocalLength || !dotted(local, is_atom)) return no_address();
    // "localhost" serves those that try the program on one machine.
    if (!is_domain(domain) && domain != "localhost") return no_address();
    Address address{.local = std::string(local), .domain = std::string(domain)};
    std::ranges::transform(address.domain, address.domain.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return address;
}

Result<Sender> parse_sender(std::string_view text) {
    text = trim(text);
    Sender sender;
    auto const open = text.rfind('<');
    if (open != text.npos) {
        if (!text.ends_with('>')) return no_address();
        auto name = trim(text.substr(0, open));
        if (name.size() >= 2 && name.front() == '"' && name.back() == '"') {
            name = name.substr(1, name.size() - 2);
        }
        auto const is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
        if (name.size() > kMaxNameLength || std::ranges::any_of(name, is_control)) {
            return fail(ErrorKind::invalid, "mail address",
                        "the name before <…> is too long, or holds control characters");
        }
        sender.name = name;
        text = text.substr(open + 1, text.size() - open - 2);
    }
    auto address = parse_address(text);
    if (!address) return std::unexpected(std::move(address.error()));
    sender.address = std::move(*address);
    return sender;
}

}  // namespace directfanz::mail
