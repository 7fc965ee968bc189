#include "base/base64url.hpp"

#include "base/property_test.hpp"

#include <string>
#include <utility>

namespace directfanz {
namespace {

// RFC 4648, 10, without the padding, and what differs from plain base64.
TEST(Base64UrlTest, WritesWhatTheRfcWrites) {
    EXPECT_EQ(to_base64url(""), "");
    EXPECT_EQ(to_base64url("f"), "Zg");
    EXPECT_EQ(to_base64url("fo"), "Zm8");
    EXPECT_EQ(to_base64url("foo"), "Zm9v");
    EXPECT_EQ(to_base64url("foobar"), "Zm9vYmFy");
    EXPECT_EQ(to_base64url("\xfb\xff\xbf"), "-_-_");
}

TEST(Base64UrlTest, ReadsWhatItWrote) {
    testing::for_all_seeds([](testing::Generator& any) {
        auto const bytes = any.bytes(100);
        std::string const text(bytes.begin(), bytes.end());
        EXPECT_EQ(from_base64url(to_base64url(text)), text);
    });
}

TEST(Base64UrlTest, ReadsNoSecondTextForTheSameBytes) {
    EXPECT_EQ(from_base64url("Zg"), "f");
    // Other bits behind the last byte, a character that carries none, padding, another alphabet.
    for (auto const* const text : {"Zh", "Zm9vY", "Zg==", "+/+/", "Zm 9v", "Z\n"}) {
        EXPECT_EQ(from_base64url(text), std::nullopt) << text;
    }
}

TEST(Base64UrlTest, EveryTextThatItReadsIsTheOneThatItWouldWrite) {
    constexpr std::string_view kSome = "AZaz09-_=+/ ";
    testing::for_all_seeds([&](testing::Generator& any) {
        std::string text;
        for (auto left = any.number(0, 9); left > 0; --left) {
            text += kSome[any.number<std::size_t>(0, kSome.size() - 1)];
        }
        if (auto const bytes = from_base64url(text)) EXPECT_EQ(to_base64url(*bytes), text);
    });
}

}  // namespace
}  // namespace directfanz
