#include "platform/schema/schema.hpp"

#include "base/digest.hpp"
#include "system/db/test_database.hpp"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace directfanz::schema {
namespace {

/// SHA-256 of each step's text, in order. Databases out there have run these: a changed step never
/// reaches them, so what the program expects would not be what they hold. Lines are only added.
constexpr std::array<std::string_view, 7> kReleased{
    "e60009c57e22b6fe7c1e013d966db167a5b4cfc763d458c6942452842cd08bd7",
    "2a96c90c43b622e0809e93a5e6c52b6cf1e3594b4f99ada8d29459639eabed3c",
    "b06711faa869d7d2e56ddb4576b96cba56497f2978f69d1e067297773f9011b4",
    "3952bb0453f876dbdb33fe60a31f263f011235ee31355d914c5e0984005673ef",
    "336abf57b1bc832ad77ced02989af18c86f87aaf2b51cc01cd3499c227f52d78",
    "fdae17456a5e08dd40bee9d5a1611afbffab8441a609f157a3dfb3e54283e6fe",
    "90c86fb70ee878674330f2da3991c72bf1f58a7d3d5a22c27c8c0663b943cd1e",
};

TEST(Schema, NoStepIsEverChanged) {
    auto const steps = migrations();
    ASSERT_GE(steps.size(), kReleased.size()) << "a released step is gone";
    for (std::size_t i = 0; i < kReleased.size(); ++i) {
        EXPECT_EQ(to_hex(sha256(as_bytes(steps[i].sql))), kReleased[i])
            << "step " << i + 1 << " (" << steps[i].name
            << ") was edited: put it back, and add a step with the next number";
    }
}

TEST(Schema, EveryStepIsGuardedFromItsFirstDay) {
    EXPECT_EQ(migrations().size(), kReleased.size())
        << "add the SHA-256 of the new step to kReleased";
}

class SchemaTest : public db::OnEveryDatabase {};

ON_EVERY_DATABASE(SchemaTest);

TEST_P(SchemaTest, EveryDatabaseTakesEveryStep) {
    auto const database = test_database.open();
    auto const reached = db::migrate(*database, migrations());
    ASSERT_TRUE(reached) << describe(reached.error());
    EXPECT_EQ(*reached, static_cast<std::int64_t>(migrations().size()));
}

}  // namespace
}  // namespace directfanz::schema
