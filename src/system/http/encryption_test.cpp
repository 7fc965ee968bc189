#include "system/http/encryption.hpp"

#include "system/http/answer.hpp"
#include "system/http/test_support.hpp"

#include <gtest/gtest.h>

namespace directfanz::http {
namespace {

using testing::get;
using testing::run_now;

std::string location(std::string_view host, std::string path, std::string query = "",
                     std::uint16_t port = 443) {
    auto request = get(std::move(path));
    request.headers.add("Host", host);
    request.query = std::move(query);
    auto const response = redirect_to_https({.redirect_to = port}, request);
    if (!response) return "served";
    return std::to_string(response->status) + " " +
           std::string(response->headers.get("Location").value_or(""));
}

TEST(RedirectToHttps, KeepsHostPathAndQuery) {
    EXPECT_EQ(location("fans.example", "/"), "308 https://fans.example/");
    EXPECT_EQ(location("fans.example:8080", "/live/x", "a=b%20c"),
              "308 https://fans.example/live/x?a=b%20c");
    EXPECT_EQ(location("[::1]:8080", "/", "", 8443), "308 https://[::1]:8443/");
}

TEST(RedirectToHttps, EncodesThePathAgain) {
    EXPECT_EQ(location("h", "/a b?c#d%\xc3\xa9"), "308 https://h/a%20b%3Fc%23d%25%C3%A9");
}

TEST(RedirectToHttps, AsksForAHostThatIsOne) {
    EXPECT_EQ(location("", "/"), "400 ");
    EXPECT_EQ(location("evil.example/x?", "/"), "400 ");
    EXPECT_EQ(location("user@evil.example", "/"), "400 ");
    EXPECT_EQ(location("[::1", "/"), "400 ");
}

TEST(RedirectToHttps, ServesWhatIsEncryptedOrNotToBeRedirected) {
    EXPECT_EQ(location("h", "/", "", 0), "served");
    auto request = get("/", {{"Host", "h"}});
    request.encrypted = true;
    EXPECT_FALSE(redirect_to_https({.redirect_to = 443}, request));
}

TEST(AddHsts, TellsEncryptedClientsAlone) {
    Router router;
    testing::add_quiet_routes(router);
    router.set_encryption({.hsts = std::chrono::hours(1)});
    auto request = get("/hello");
    auto const plain = run_now(answer(router, request));
    EXPECT_FALSE(plain.headers.contains("Strict-Transport-Security"));
    request.encrypted = true;
    auto const encrypted = run_now(answer(router, request));
    EXPECT_EQ(encrypted.headers.get("Strict-Transport-Security"), "max-age=3600");
    router.set_encryption({});
    auto const untold = run_now(answer(router, request));
    EXPECT_FALSE(untold.headers.contains("Strict-Transport-Security"));
}

TEST(AddHsts, IsSaidWithErrorsToo) {
    Router router;
    router.set_encryption({.hsts = std::chrono::hours(1)});
    auto request = get("/nothing");
    request.encrypted = true;
    auto const missing = run_now(answer(router, request));
    EXPECT_EQ(missing.status, 404U);
    EXPECT_TRUE(missing.headers.contains("Strict-Transport-Security"));
}

}  // namespace
}  // namespace directfanz::http
