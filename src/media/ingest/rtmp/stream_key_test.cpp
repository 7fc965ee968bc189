#include "media/ingest/rtmp/stream_key.hpp"

#include <random>

#include <gtest/gtest.h>

namespace directfanz::rtmp {
namespace {

struct Case {
    std::string_view what;
    std::string_view app;
    std::string_view tc_url;
    std::string_view name;
    std::string_view expected_app;
    std::string_view expected_key;
};

// rtmp.md 6.
constexpr Case kCases[] = {
    {"server and key", "live", "rtmp://h/live", "k123", "live", "k123"},
    {"port in the address", "live", "rtmp://h:1935/live", "k123", "live", "k123"},
    {"slash after the app", "live/", "rtmp://h/live/", "k123", "live", "k123"},
    {"slash before the key", "live", "rtmp://h/live", "/k123", "live", "k123"},
    {"key in the address, empty name", "live/k123", "rtmp://h/live/k123", "", "live", "k123"},
    {"the same with a slash behind it", "live/k123/", "rtmp://h/live/k123/", "", "live", "k123"},
    {"app instance", "live/inst", "rtmp://h/live/inst", "k123", "live", "k123"},
    {"instance without a name", "live/_definst_", "rtmp://h/live/_definst_", "k1", "live", "k1"},
    {"instance without a name and no key", "live/_definst_", "", "", "live", ""},
    {"app only in tcUrl", "", "rtmp://h/live", "k123", "live", "k123"},
    {"key only in tcUrl", "live", "rtmp://h/live/k123", "", "live", "k123"},
    {"query behind the key", "live", "rtmp://h/live", "k123?backup=1&x=/y", "live", "k123"},
    {"query on the app", "live?x=1", "rtmp://h/live?x=1", "k123", "live", "k123"},
    {"key in the app's query", "live?key=k123", "rtmp://h/live?key=k123", "", "live", "k123"},
    {"the same with a slash before it", "live/?key=k123", "", "", "live", "k123"},
    {"key in the name's query", "live", "rtmp://h/live", "?key=k123", "live", "k123"},
    {"key in a query with a stream name", "live", "", "show?key=k123", "live", "k123"},
    {"the app's query wins over the name", "live?key=k123", "", "show", "live", "k123"},
    {"key only in tcUrl's query", "live", "rtmp://h/live?streamkey=k123", "", "live", "k123"},
    {"other parameters around it", "live?a=b&streamkey=k123&c=d", "", "", "live", "k123"},
    {"stream_key", "live", "", "?stream_key=k123", "live", "k123"},
    {"capitals", "live", "", "?streamKey=k123", "live", "k123"},
    {"a query behind a query", "live?a=b?key=k123", "", "", "live", "k123"},
    {"an empty key in the query", "live?key=", "", "k123", "live", "k123"},
    {"similar names", "live?monkey=1&keys=2", "", "k123", "live", "k123"},
    {"equals signs in the value", "live?key=a=b==", "", "", "live", "a=b=="},
    {"slash in a key", "live", "rtmp://h/live", "a/b", "live", "a/b"},
    {"slash in a key in the address", "live/a/b", "", "", "live", "a/b"},
    {"ampersand in a key", "live", "", "a&b", "live", "a&b"},
    {"equals sign in a key", "live", "", "a=b", "live", "a=b"},
    {"escapes", "live", "", "a%2Fb%3Fc%26d%3de", "live", "a/b?c&d=e"},
    {"escapes in a query", "live?key=a%26b", "", "", "live", "a&b"},
    {"escape in the app", "my%20app", "", "k", "my app", "k"},
    {"no escape", "live", "", "100%", "live", "100%"},
    {"half an escape", "live", "", "a%4", "live", "a%4"},
    {"a wrong escape", "live", "", "a%zzb%+1", "live", "a%zzb%+1"},
    {"nothing at all", "", "", "", "", ""},
    {"no key", "live", "rtmp://h/live", "", "live", ""},
    {"only slashes", "//", "rtmp://h//", "//", "", ""},
    {"no address in tcUrl", "live", "live/k123", "", "live", ""},
};

TEST(StreamKey, IsFoundWhereverPeoplePutIt) {
    for (auto const& c : kCases) {
        auto const address = find_stream_key(c.app, c.tc_url, c.name);
        EXPECT_EQ(address.app, c.expected_app) << c.what;
        EXPECT_EQ(address.key, c.expected_key) << c.what;
    }
}

TEST(StreamKey, AnyTextIsReadWithoutFault) {
    std::mt19937 random(3);
    constexpr std::string_view alphabet = "ab/?&=%0 2:key";
    auto const any = [&] {
        std::string text(random() % 20, ' ');
        for (auto& c : text) c = alphabet[random() % alphabet.size()];
        return text;
    };
    for (int i = 0; i < 20'000; ++i) {
        auto const app = any();
        auto const url = "rtmp://" + any();
        auto const name = any();
        auto const address = find_stream_key(app, url, name);
        EXPECT_LE(address.key.size(), std::max({app.size(), url.size(), name.size()}));
    }
}

}  // namespace
}  // namespace directfanz::rtmp
