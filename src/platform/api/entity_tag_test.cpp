#include "platform/api/entity_tag.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace directfanz::api {
namespace {

class EntityTagTest : public testing::Test {
  protected:
    std::expected<Precondition, http::Response> precondition(std::optional<std::string> if_match) {
        http::Request request;
        if (if_match) request.headers.add("If-Match", *if_match);
        http::PathParameters const none;
        Caller const nobody;
        return Precondition::of({*find_operation("editStream"), request, none, nobody});
    }
};

TEST_F(EntityTagTest, AVersionIsAStrongTag) {
    EXPECT_EQ(entity_tag(7), "\"7\"");
    http::Response response;
    set_entity_tag(response, 7);
    set_entity_tag(response, 8);
    EXPECT_EQ(response.headers.joined("ETag"), "\"8\"");
}

TEST_F(EntityTagTest, WhoDoesNotSayWhatWasEditedIsAskedTo) {
    for (auto const& none : {std::optional<std::string>(), std::optional<std::string>(" ")}) {
        auto const missing = precondition(none);
        ASSERT_FALSE(missing);
        EXPECT_EQ(missing.error().status, 428U);
    }
}

TEST_F(EntityTagTest, AllowsTheVersionsThatItNames) {
    auto const one = precondition("\"7\"");
    ASSERT_TRUE(one);
    EXPECT_TRUE(one->allows(7));
    EXPECT_FALSE(one->allows(8));
    EXPECT_FALSE(one->any());
    auto const several = precondition(" \"5\" ,\"7\",");
    EXPECT_TRUE(several->allows(5));
    EXPECT_TRUE(several->allows(7));
    EXPECT_FALSE(several->allows(57));
}

// RFC 9110, 13.1.1: the strong comparison, in which no weak tag is equal to any.
TEST_F(EntityTagTest, AllowsNothingByAnythingElse) {
    for (auto const* const text : {"7", "W/\"7\"", "\"07\"", "\"\"", "\"7", "\"*\""}) {
        EXPECT_FALSE(precondition(text)->allows(7)) << text;
    }
}

TEST_F(EntityTagTest, AStarAllowsWhateverThereIs) {
    auto const any = precondition("*");
    EXPECT_TRUE(any->any());
    EXPECT_TRUE(any->allows(1));
    EXPECT_EQ(changed_meanwhile().status, 412U);
}

}  // namespace
}  // namespace directfanz::api
