#include "app/worker_program.hpp"

#include "system/db/test_folder.hpp"

#include <fstream>

#include <gtest/gtest.h>

namespace directfanz::app {
namespace {

TEST(WorkerProgram, IsTheOneThatTheSettingsNameIfItCanBeStarted) {
    TestFolder const folder;
    Settings settings;
    settings.transcode_worker = folder / "worker";
    EXPECT_EQ(find_worker_program(settings), "") << "there is none";
    std::ofstream(settings.transcode_worker) << "#!/bin/sh\n";
    std::filesystem::permissions(settings.transcode_worker, std::filesystem::perms::owner_all);
    EXPECT_EQ(find_worker_program(settings), settings.transcode_worker);
}

TEST(WorkerProgram, StandsBesideThisProgramIfNobodySays) {
    auto const found = find_worker_program(Settings());
    auto const beside =
        std::filesystem::read_symlink("/proc/self/exe").parent_path() / "directfanz-worker";
    EXPECT_EQ(found, std::filesystem::exists(beside) ? beside : std::filesystem::path());
}

}  // namespace
}  // namespace directfanz::app
