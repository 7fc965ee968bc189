#include "media/packager/packager.hpp"

#include "media/packager/packager_fixture.hpp"

#include <gtest/gtest.h>

namespace directfanz::packager {
namespace {

using namespace testing;

TEST(Packager, PublishesVideoAndAudioInTheirOwnRenditions) {
    for (double const rate :
         {5., 10., 12.5, 15., 23.976, 24., 25., 29.97, 30., 48., 50., 59.94, 60., 120.}) {
        for (unsigned const audio_rate : {48'000U, 44'100U, 22'050U, 16'000U}) {
            for (auto const reorder : {0, 2}) {
                SCOPED_TRACE(fmt::format("{} fps, {} Hz, {} frames", rate, audio_rate, reorder));
                Recorder recorder;
                Packager packager({}, "s1", at(0), recorder);
                Publisher publisher{.packager = packager,
                                    .frame_rate = rate,
                                    .key_distance = static_cast<int>(rate * 2 + 0.5),
                                    .audio_rate = audio_rate,
                                    .reorder = reorder};
                publisher.begin(at(0));
                publisher.run_until(8.2);
                ASSERT_FALSE(recorder.windows.empty());
                EXPECT_EQ(recorder.windows.back()->renditions.size(), 2U);
                if (HasFailure()) {
                    puts(render_media_playlist(*recorder.last(), 0, Skip::none).c_str());
                    puts(render_media_playlist(*recorder.last(), 1, Skip::none).c_str());
                    return;
                }
            }
        }
    }
}

}  // namespace
}  // namespace directfanz::packager
