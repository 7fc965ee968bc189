#include "system/http/range.hpp"

#include "base/property_test.hpp"

#include <gtest/gtest.h>

namespace directfanz::http {
namespace {

void expect_partial(std::string_view field, std::uint64_t size, ByteRange expected) {
    auto const choice = choose_range(field, size);
    EXPECT_EQ(choice.kind, RangeKind::partial) << field;
    EXPECT_EQ(choice.range, expected)
        << field << " gave " << choice.range.first << "-" << choice.range.last;
}

TEST(Range, HasBothEndsIncluded) {
    expect_partial("bytes=0-499", 10000, {0, 499});
    expect_partial("bytes=500-999", 10000, {500, 999});
    expect_partial("bytes=0-0", 10000, {0, 0});
    EXPECT_EQ((ByteRange{500, 999}).size(), 500U);
}

TEST(Range, RunsToTheEndWithoutALastPosition) {
    expect_partial("bytes=9500-", 10000, {9500, 9999});
    expect_partial("bytes=0-", 10000, {0, 9999});
}

TEST(Range, IsASuffixWithoutAFirstPosition) {
    expect_partial("bytes=-500", 10000, {9500, 9999});
    expect_partial("bytes=-1", 10000, {9999, 9999});
}

TEST(Range, IsCutAtTheEnd) {
    expect_partial("bytes=9000-20000", 10000, {9000, 9999});
    expect_partial("bytes=-20000", 10000, {0, 9999});
    expect_partial("bytes=0-99999999999999999999999999", 10000, {0, 9999});
    expect_partial("bytes=-99999999999999999999999999", 10000, {0, 9999});
}

TEST(Range, TakesTheUnitInAnyCase) {
    expect_partial("Bytes=0-1", 10, {0, 1});
    expect_partial("bytes= 0-1 ", 10, {0, 1});
}

TEST(Range, CannotBeSatisfiedPastTheEnd) {
    for (auto const* field :
         {"bytes=10000-", "bytes=10000-10001", "bytes=-0", "bytes=99999999999999999999999-"}) {
        EXPECT_EQ(choose_range(field, 10000).kind, RangeKind::unsatisfiable) << field;
    }
}

TEST(Range, CannotBeSatisfiedByNothing) {
    for (auto const* field : {"bytes=0-", "bytes=0-0", "bytes=-1"}) {
        EXPECT_EQ(choose_range(field, 0).kind, RangeKind::unsatisfiable) << field;
    }
}

TEST(Range, IsTheWholeWhenItIsNotOneRangeOfBytes) {
    for (auto const* field :
         {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1", "bytes=2-1", "items=0-1",
          "bytes=0-1,3-4", "bytes=0-1,", "bytes=--1", "bytes=0--1", "bytes=0-+1", "bytes=0x0-0x1",
          "bytes=1 -2", "0-1", "=0-1", "bytes 0-1"}) {
        EXPECT_EQ(choose_range(field, 10000).kind, RangeKind::whole) << field;
    }
}

TEST(Range, LiesWithinTheFileWhateverIsAsked) {
    directfanz::testing::for_all_seeds(
        [](auto& any) {
            std::string field = "bytes=";
            auto const length = any.number(0, 12);
            for (auto i = 0; i < length; ++i) field += "0123456789--, "[any.number(0, 13)];
            auto const size = any.template number<std::uint64_t>(0, 100);
            auto const choice = choose_range(field, size);
            if (choice.kind != RangeKind::partial) return;
            EXPECT_LE(choice.range.first, choice.range.last) << field;
            EXPECT_LT(choice.range.last, size) << field;
        },
        5000);
}

}  // namespace
}  // namespace directfanz::http
