#include "platform/streams/playback_token.hpp"

#include <cstdlib>

namespace {

using namespace directfanz;

/// What reads as a token is one that was made: nobody finds one without the secret.
void check(std::string_view text) {
    static streams::PlaybackTokens const tokens(Bytes(streams::PlaybackTokens::kSecretBytes, 42));
    auto const claims = tokens.read(text);
    if (claims && tokens.make(*claims) != text) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string_view const text(reinterpret_cast<char const*>(data), size);
    check(text);
    // With the signature that a thief of another token would put behind it.
    check(std::string(text) + ".AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    return 0;
}
