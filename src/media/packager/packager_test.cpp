#include "media/packager/packager.hpp"

#include "media/packager/packager_fixture.hpp"

#include <gtest/gtest.h>

namespace directfanz::packager {
namespace {

using namespace testing;

TEST(Packager, PublishesVideoAndAudioInTheirOwnRenditions) {
    Recorder recorder;
    Packager packager({}, "s1", at(0), recorder);
    Publisher publisher{.packager = packager, .reorder = 2};
    publisher.begin(at(0));
    publisher.run_until(40.2);
    ASSERT_FALSE(recorder.windows.empty());
    auto const& window = recorder.last();
    ASSERT_EQ(window.renditions.size(), 2U);
}

}  // namespace
}  // namespace directfanz::packager
