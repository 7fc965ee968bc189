#include "system/http/target.hpp"

#include "base/property_test.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace directfanz::http {
namespace {

std::string path_of(std::string_view target) {
    auto const parsed = parse_target(target);
    EXPECT_TRUE(parsed) << target;
    return parsed ? parsed->path : "";
}

void expect_invalid(std::string_view target) {
    auto const parsed = parse_target(target);
    ASSERT_FALSE(parsed) << target << " was taken as " << parsed->path;
    EXPECT_EQ(parsed.error().kind, ErrorKind::invalid) << target;
}

TEST(Target, IsAPathAndAQuery) {
    auto const target = parse_target("/live/s1/video.m3u8?_HLS_msn=3&_HLS_part=1");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/live/s1/video.m3u8");
    EXPECT_EQ(target->query, "_HLS_msn=3&_HLS_part=1");
}

TEST(Target, HasAnEmptyQueryWithoutOne) {
    EXPECT_EQ(parse_target("/a")->query, "");
    EXPECT_EQ(parse_target("/a?")->query, "");
}

TEST(Target, KeepsQuestionMarksWithinTheQuery) {
    auto const target = parse_target("/a?b?c=d?e");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/a");
    EXPECT_EQ(target->query, "b?c=d?e");
}

TEST(Target, HasItsPathDecodedOnce) {
    EXPECT_EQ(path_of("/a%20b"), "/a b");
    EXPECT_EQ(path_of("/%61"), "/a");
    EXPECT_EQ(path_of("/%2561"), "/%61") << "decoding twice would make this /a";
    EXPECT_EQ(path_of("/%c3%A9"), "/\xc3\xa9");
    EXPECT_EQ(path_of("/a+b"), "/a+b") << "plus is a space in queries only";
}

TEST(Target, MayBeAWholeUrl) {
    EXPECT_EQ(path_of("http://example.org/a/b"), "/a/b");
    EXPECT_EQ(path_of("HTTPS://example.org:8443/"), "/");
    EXPECT_EQ(path_of("http://example.org"), "/");
    EXPECT_EQ(parse_target("http://example.org/a?b=c")->query, "b=c");
}

TEST(Target, MustBeOneOfTheseForms) {
    for (auto const* target : {"", "*", "a", "example.org:443", "?a=b", "ftp://example.org/",
                               "http:///a", "http://", "http://example.org?a=b", " /a"}) {
        expect_invalid(target);
    }
}

TEST(Target, RefusesAMalformedEscape) {
    for (auto const* target : {"/%", "/%2", "/%zz", "/%2g", "/a?b=%", "/a?b=%1", "/a?%xx=1"}) {
        expect_invalid(target);
    }
}

TEST(Target, RefusesToLeaveItsFolder) {
    for (auto const* target :
         {"/..", "/../a", "/a/../b", "/a/..", "/.", "/./a", "/a/./b", "/%2e%2e/a", "/a/%2E%2e/b",
          "/.%2e/a", "/%2e/a", "http://example.org/../a"}) {
        expect_invalid(target);
    }
}

TEST(Target, AllowsDotsInNames) {
    for (auto const* target : {"/a.b", "/..a", "/a..", "/...", "/a..b/c", "/.well-known/x"}) {
        EXPECT_EQ(path_of(target), target);
    }
}

TEST(Target, RefusesWhatProgramsReadDifferently) {
    for (auto const* target :
         {"/a\\b", "/a%5cb", "/a%5Cb", "/a%2fb", "/a%2Fb", "/..%2fa", "/a#b", "/a?b#c"}) {
        expect_invalid(target);
    }
}

TEST(Target, RefusesControlCharacters) {
    for (unsigned byte = 0; byte < 256; ++byte) {
        auto const target = fmt::format("/a%{:02x}b", byte);
        auto const is_control = byte < 0x20 || byte == 0x7f;
        auto const has_other_meaning = byte == '/' || byte == '\\';
        EXPECT_EQ(parse_target(target).has_value(), !is_control && !has_other_meaning) << target;
    }
    expect_invalid(std::string("/a\0b", 4));
    expect_invalid("/a\nb");
}

TEST(Target, HasALargestLength) {
    std::string const longest = "/" + std::string(kMaxTargetBytes - 1, 'a');
    EXPECT_TRUE(parse_target(longest));
    auto const longer = parse_target(longest + "a");
    ASSERT_FALSE(longer);
    EXPECT_EQ(longer.error().kind, ErrorKind::too_large);
}

TEST(Target, HasALargestNumberOfParameters) {
    std::string query = "a=1";
    for (std::size_t i = 1; i < kMaxQueryParameters; ++i) query += "&a=1";
    EXPECT_TRUE(parse_target("/?" + query));
    expect_invalid("/?" + query + "&a=1");
}

TEST(Target, NeverGivesAPathThatLeavesItsFolder) {
    constexpr std::string_view kPieces[] = {"/",  ".",   "..",       "%2e", "%2f", "%5c",
                                            "\\", "a",   "%00",      "%",   "?",   "&",
                                            "#",  "%25", "http://h", "*",   "//"};
    directfanz::testing::for_all_seeds(
        [&](auto& any) {
            std::string target = any.coin() ? "/" : "";
            auto const count = any.number(0, 8);
            for (auto i = 0; i < count; ++i)
                target += kPieces[any.number(0UL, std::size(kPieces) - 1)];
            auto const parsed = parse_target(target);
            if (!parsed) return;
            EXPECT_TRUE(parsed->path.starts_with('/')) << target;
            auto const closed = parsed->path + "/";
            EXPECT_EQ(closed.find("/../"), std::string::npos) << target;
            EXPECT_EQ(closed.find("/./"), std::string::npos) << target;
            EXPECT_EQ(parsed->path.find_first_of(std::string_view("\\\0", 2)), std::string::npos)
                << target;
            EXPECT_TRUE(percent_decode(parsed->query)) << target;
        },
        20'000);
}

TEST(QueryParameter, IsFoundByItsWholeName) {
    constexpr std::string_view kQuery = "_HLS_msn=12&_HLS_part=3&x=";
    EXPECT_EQ(find_query_parameter(kQuery, "_HLS_msn"), "12");
    EXPECT_EQ(find_query_parameter(kQuery, "_HLS_part"), "3");
    EXPECT_EQ(find_query_parameter(kQuery, "x"), "");
    EXPECT_EQ(find_query_parameter(kQuery, "HLS_part"), std::nullopt);
    EXPECT_EQ(find_query_parameter(kQuery, "_hls_part"), std::nullopt);
    EXPECT_EQ(find_query_parameter("", "x"), std::nullopt);
}

TEST(QueryParameter, IsTheFirstOfSeveral) {
    EXPECT_EQ(find_query_parameter("a=1&a=2", "a"), "1");
}

TEST(QueryParameter, IsDecodedInNameAndValue) {
    EXPECT_EQ(find_query_parameter("a=b+c%2Bd%26e%3d", "a"), "b c+d&e=");
    EXPECT_EQ(find_query_parameter("a%20b=c", "a b"), "c");
    EXPECT_EQ(find_query_parameter("a+b=c", "a b"), "c");
}

TEST(QueryParameter, MayLackItsValue) {
    EXPECT_EQ(find_query_parameter("flag", "flag"), "");
    EXPECT_EQ(find_query_parameter("&&flag&&", "flag"), "");
    EXPECT_EQ(find_query_parameter("a=b=c", "a"), "b=c");
}

TEST(PercentDecode, IsTheInverseOfEscaping) {
    directfanz::testing::for_all_seeds([](auto& any) {
        auto const bytes = any.bytes(40);
        std::string escaped;
        for (auto const byte : bytes) escaped += fmt::format("%{:02X}", byte);
        EXPECT_EQ(percent_decode(escaped), as_text(bytes));
    });
}

}  // namespace
}  // namespace directfanz::http
