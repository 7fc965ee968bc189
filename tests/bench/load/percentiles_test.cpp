#include "load/percentiles.hpp"

#include <gtest/gtest.h>

namespace directfanz::load {
namespace {

Percentiles of(std::initializer_list<int> values) {
    Percentiles percentiles;
    for (auto const value : values) percentiles.add(milliseconds(value));
    return percentiles;
}

TEST(Percentiles, a_share_of_all_values_does_not_exceed_it) {
    Percentiles percentiles;
    for (int value = 100; value >= 1; --value) percentiles.add(milliseconds(value));
    EXPECT_EQ(percentiles.milliseconds_at(0.5), 50);
    EXPECT_EQ(percentiles.milliseconds_at(0.99), 99);
    EXPECT_EQ(percentiles.milliseconds_at(0.991), 100);
    EXPECT_EQ(percentiles.milliseconds_at(1), 100);
    EXPECT_EQ(percentiles.milliseconds_at(0), 1);
}

TEST(Percentiles, of_few_values_the_upper_one_counts) {
    EXPECT_EQ(of({7}).milliseconds_at(0.5), 7);
    EXPECT_EQ(of({30, 10, 20}).milliseconds_at(0.5), 20);
    EXPECT_EQ(of({10, 20}).milliseconds_at(0.99), 20);
}

TEST(Percentiles, of_no_values_all_are_0) {
    EXPECT_EQ(Percentiles().milliseconds_at(0.99), 0);
}

TEST(Percentiles, asking_changes_nothing) {
    auto percentiles = of({5, 3, 9, 1});
    EXPECT_EQ(percentiles.milliseconds_at(1), 9);
    EXPECT_EQ(percentiles.milliseconds_at(0.25), 1);
    EXPECT_EQ(percentiles.milliseconds_at(1), 9);
    EXPECT_EQ(percentiles.count(), 4U);
}

TEST(Percentiles, fractions_of_a_millisecond_count_and_what_is_negative_is_0) {
    Percentiles percentiles;
    percentiles.add(std::chrono::nanoseconds(1'234'567));
    EXPECT_EQ(percentiles.milliseconds_at(1), 1.234);
    percentiles.clear();
    percentiles.add(std::chrono::nanoseconds(-5));
    EXPECT_EQ(percentiles.milliseconds_at(1), 0);
}

}  // namespace
}  // namespace directfanz::load
