#include "base/random.hpp"

#include <cerrno>
#include <system_error>

#include <sys/random.h>

namespace directfanz {

Bytes random_bytes(std::size_t count) {
    Bytes bytes(count);
    std::size_t filled = 0;
    while (filled < count) {
        auto const got = ::getrandom(bytes.data() + filled, count - filled, 0);
        if (got < 0) {
            if (errno == EINTR) continue;
            throw std::system_error(errno, std::generic_category(),
                                    "no random bytes from the system");
        }
        filled += static_cast<std::size_t>(got);
    }
    return bytes;
}

std::string random_token(std::size_t bits) {
    constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    std::string token;
    // One byte a character: 256 is a multiple of 32, so every character is equally likely.
    for (auto const byte : random_bytes((bits + 4) / 5))
        token.push_back(alphabet[byte % alphabet.size()]);
    return token;
}

}  // namespace directfanz
