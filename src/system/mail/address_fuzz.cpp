#include "system/mail/address.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace directfanz;

/// What is taken holds nothing that could end a header's field or SMTP's path, and reads again as
/// itself.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string const text(data, data + size);
    auto const is_clean = [](char c) {
        return c > ' ' && c < 0x7f &&
               std::string_view("<>()\"\\,;:[]").find(c) == std::string::npos;
    };
    auto const check = [&](mail::Address const& address) {
        auto const whole = address.to_string();
        if (whole.size() > mail::kMaxAddressLength || !std::ranges::all_of(whole, is_clean)) {
            std::abort();
        }
        if (mail::parse_address(whole) != address) std::abort();
    };
    if (auto const address = mail::parse_address(text)) check(*address);
    if (auto const sender = mail::parse_sender(text)) {
        check(sender->address);
        if (sender->name.find_first_of("\r\n") != std::string::npos) std::abort();
    }
    return 0;
}
