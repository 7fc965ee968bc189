#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace directfanz {
namespace {

WallTime at(milliseconds since_1970) {
    return WallTime(std::chrono::duration_cast<WallTime::duration>(since_1970));
}

TEST(Iso8601, IsUtcWithMilliseconds) {
    EXPECT_EQ(to_iso8601(at(milliseconds(0))), "1970-01-01T00:00:00.000Z");
    EXPECT_EQ(to_iso8601(at(milliseconds(1'769'862'896'789))), "2026-01-31T12:34:56.789Z");
}

TEST(Iso8601, PadsMillisecondsWithZeros) {
    EXPECT_EQ(to_iso8601(at(milliseconds(7))), "1970-01-01T00:00:00.007Z");
}

TEST(Iso8601, CutsWhatIsFinerThanAMillisecond) {
    auto const time = at(milliseconds(999)) + microseconds(999);
    EXPECT_EQ(to_iso8601(time), "1970-01-01T00:00:00.999Z");
}

TEST(Iso8601, KnowsLeapDays) {
    EXPECT_EQ(to_iso8601(at(seconds(951'782'400))), "2000-02-29T00:00:00.000Z");
}

TEST(Iso8601, CountsBackBefore1970) {
    EXPECT_EQ(to_iso8601(at(milliseconds(-1))), "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace directfanz
