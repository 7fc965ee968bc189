#include "app/urls.hpp"

#include <string>

#include <gtest/gtest.h>

namespace directfanz::app {
namespace {

std::uint16_t port_for(std::string public_url, std::string https = "") {
    Settings settings;
    settings.public_url = std::move(public_url);
    return https_port(settings, {.http = "127.0.0.1:8080", .https = std::move(https)});
}

TEST(HttpsPort, IsThatOfThePublicAddress) {
    EXPECT_EQ(port_for("https://fans.example"), 443);
    EXPECT_EQ(port_for("https://fans.example:8443"), 8443);
    EXPECT_EQ(port_for("https://[::1]"), 443);
    EXPECT_EQ(port_for("https://[::1]:8443"), 8443);
    EXPECT_EQ(port_for("https://fans.example", "0.0.0.0:8443"), 443);
}

TEST(HttpsPort, IsWhereTheServerListensIfPeopleAreToldOfNoOther) {
    EXPECT_EQ(port_for("", "0.0.0.0:8443"), 8443);
    EXPECT_EQ(port_for("", "[::]:8443"), 8443);
    EXPECT_EQ(port_for("http://fans.example:8080", "127.0.0.1:8443"), 8443);
}

TEST(HttpsPort, IsTheUsualOneForAPublicAddressWhosePortIsNone) {
    EXPECT_EQ(port_for("https://fans.example:99999"), 443);
    EXPECT_EQ(port_for("https://fans.example:"), 443);
}

}  // namespace
}  // namespace directfanz::app
