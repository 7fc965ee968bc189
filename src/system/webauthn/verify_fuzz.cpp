#include "base/byte_reader.hpp"
#include "system/webauthn/authenticator_data.hpp"
#include "system/webauthn/client_data.hpp"
#include "system/webauthn/verify.hpp"

#include <cstdlib>

using namespace directfanz;

/// Whatever somebody sends as a passkey, nothing crashes, and nothing that no key has signed opens
/// anything. The first bytes say how long the object is that the others hold before a signature.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    static constexpr std::string_view kHead =
        R"({"challenge":"AAAA","origin":"https://fans.example",)";
    webauthn::Expected const expected{
        .party = {.id = "fans.example", .origin = "https://fans.example"}, .challenge = "AAAA"};
    ByteReader reader({data, size});
    auto const length = reader.u16();
    auto const object = reader.bytes(std::min<std::size_t>(length, reader.remaining()));
    auto const rest = reader.rest();

    static_cast<void>(webauthn::parse_client_data(as_text(rest)));
    static_cast<void>(webauthn::parse_authenticator_data(object));
    auto const create = std::string(kHead) + R"("type":"webauthn.create"})";
    auto const made = webauthn::verify_attestation(
        expected, {.client_data_json = create, .attestation_object = object});
    if (made && made->id.empty()) std::abort();

    // Some point of the curve: its generator (SEC 2, 2.4.2). Nobody signs here.
    static webauthn::PublicKey const key = [] {
        constexpr std::string_view kDigits =
            "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
            "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5";
        webauthn::PublicKey made_key;
        for (std::size_t i = 0; i < kDigits.size(); i += 2) {
            auto const byte = std::string(kDigits.substr(i, 2));
            made_key.bytes.push_back(
                static_cast<std::uint8_t>(std::strtoul(byte.c_str(), nullptr, 16)));
        }
        return made_key;
    }();
    auto const get = std::string(kHead) + R"("type":"webauthn.get"})";
    auto const used = webauthn::verify_assertion(
        expected, key, {.client_data_json = get, .authenticator_data = object, .signature = rest});
    if (used) std::abort();
    return 0;
}
