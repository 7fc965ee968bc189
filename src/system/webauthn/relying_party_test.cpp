#include "system/webauthn/relying_party.hpp"

#include <gtest/gtest.h>

namespace directfanz::webauthn {
namespace {

void expect(std::string_view url, std::string_view id, std::string_view origin) {
    auto const party = relying_party_of(url);
    ASSERT_TRUE(party) << url;
    EXPECT_EQ(party->id, id);
    EXPECT_EQ(party->origin, origin);
}

TEST(RelyingPartyTest, IsTheSitesDomainAndOrigin) {
    expect("https://fans.example", "fans.example", "https://fans.example");
    expect("https://live.fans.example:8443", "live.fans.example", "https://live.fans.example:8443");
}

TEST(RelyingPartyTest, IsWrittenAsBrowsersWriteIt) {
    expect("https://Fans.Example:443", "fans.example", "https://fans.example");
    expect("http://localhost:80", "localhost", "http://localhost");
}

TEST(RelyingPartyTest, ThisMachineIsCalledLocalhost) {
    expect("http://localhost:8080", "localhost", "http://localhost:8080");
    expect("http://127.0.0.1:8080", "localhost", "http://localhost:8080");
    expect("http://127.1.2.3:8080", "localhost", "http://localhost:8080");
    expect("https://[::1]:8443", "localhost", "https://localhost:8443");
    expect("http://fans.localhost:8080", "fans.localhost", "http://fans.localhost:8080");
}

TEST(RelyingPartyTest, BrowsersHaveNoPasskeysWithoutEncryptionOrWithoutAName) {
    for (auto const* const url :
         {"http://fans.example", "http://127.fans.example", "https://192.0.2.1",
          "https://[2001:db8::1]:8443", "http://192.0.2.1:8080", "http://notlocalhost",
          "ftp://localhost", "fans.example", "", "https://", "https://:443"}) {
        EXPECT_FALSE(relying_party_of(url)) << url;
    }
}

}  // namespace
}  // namespace directfanz::webauthn
