#include "system/metrics/family.hpp"

#include <gtest/gtest.h>

namespace directfanz::metrics {
namespace {

TEST(MetricsTest, AFamilyIsWrittenWithItsHelpItsKindAndItsNumbers) {
    EXPECT_EQ(to_text({{.name = "show_viewers",
                        .help = "Who watches.",
                        .kind = Kind::gauge,
                        .metrics = {{.labels = {{"show", "first"}}, .value = 3},
                                    {.labels = {{"show", "second"}}, .value = 0.5}}},
                       {.name = "show_starts_total",
                        .help = "Shows that began.",
                        .kind = Kind::counter,
                        .metrics = {{.labels = {}, .value = 12}}}}),
              "# HELP show_viewers Who watches.\n"
              "# TYPE show_viewers gauge\n"
              "show_viewers{show=\"first\"} 3\n"
              "show_viewers{show=\"second\"} 0.5\n"
              "# HELP show_starts_total Shows that began.\n"
              "# TYPE show_starts_total counter\n"
              "show_starts_total 12\n");
}

TEST(MetricsTest, NoLabelBreaksItsLine) {
    EXPECT_EQ(to_text({{.name = "n",
                        .help = "H.",
                        .kind = Kind::gauge,
                        .metrics = {{.labels = {{"l", "a\"b\\c\nd"}}, .value = 1}}}}),
              "# HELP n H.\n# TYPE n gauge\nn{l=\"a\\\"b\\\\c\\nd\"} 1\n");
}

TEST(MetricsTest, NothingIsAnEmptyPage) {
    EXPECT_EQ(to_text({}), "");
}

}  // namespace
}  // namespace directfanz::metrics
