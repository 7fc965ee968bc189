#include "app/doctor.hpp"

#include "app/version.hpp"
#include "system/db/test_folder.hpp"
#include "system/io/socket.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::app {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class DoctorTest : public testing::Test {
  protected:
    DoctorTest() {
        auto& settings = loaded_.settings;
        settings.data = folder_ / "data";
        settings.transcode_worker = folder_ / "no-worker";
        settings.http = "127.0.0.1:0";
        settings.rtmp = "127.0.0.1:0";
    }

    /// What is said of `what`; nothing if it is not named.
    std::string said(std::string_view what) const {
        std::istringstream lines(examine(loaded_));
        for (std::string line; std::getline(lines, line);) {
            if (!line.starts_with(std::string(what) + " ")) continue;
            return line.substr(line.find_first_not_of(' ', what.size()));
        }
        return "";
    }

    TestFolder folder_;
    LoadedSettings loaded_;
};

TEST_F(DoctorTest, NamesTheProgramAndTheMachine) {
    EXPECT_EQ(said("directfanz"), version());
    EXPECT_THAT(said("machine"), HasSubstr(" cores, "));
    EXPECT_THAT(said("machine"), HasSubstr("Linux"));
    EXPECT_THAT(said("transcodes"), HasSubstr("at a time"));
    for (auto const* const sandbox : {"landlock", "seccomp"})
        EXPECT_NE(said(sandbox), "") << sandbox;
}

TEST_F(DoctorTest, SaysThatNothingIsTranscodedWithoutAWorker) {
    EXPECT_THAT(said("worker"), HasSubstr("nothing is transcoded"));
    EXPECT_THAT(said("x264"), IsEmpty());
}

TEST_F(DoctorTest, SaysWhyAWorkerCannotEncode) {
    loaded_.settings.transcode_worker = "/bin/false";
    EXPECT_EQ(said("worker"), "/bin/false");
    EXPECT_THAT(said("x264"), StartsWith("no: "));
}

TEST_F(DoctorTest, TellsFreePortsFromTakenOnes) {
    io::EventLoop loop;
    auto const taken = io::listen(loop, io::parse_endpoint("127.0.0.1:0").value()).value();
    loaded_.settings.http = io::to_string(taken.local_endpoint());
    EXPECT_THAT(said("http"), StartsWith(loaded_.settings.http + ": cannot listen"));
    EXPECT_THAT(said("rtmp"), EndsWith(": free"));
    EXPECT_THAT(said("https"), IsEmpty()) << "it is off";
    loaded_.settings.https = "127.0.0.1:0";
    EXPECT_THAT(said("https"), EndsWith(": free"));
}

TEST_F(DoctorTest, LooksAtTheDataFolderAndMakesNone) {
    EXPECT_THAT(said("data"), EndsWith("does not exist yet"));
    EXPECT_FALSE(std::filesystem::exists(loaded_.settings.data));
    std::filesystem::create_directory(loaded_.settings.data);
    EXPECT_THAT(said("data"), HasSubstr(": writable, "));
    EXPECT_THAT(said("data"), EndsWith(" MB free"));
    EXPECT_TRUE(std::filesystem::is_empty(loaded_.settings.data));
}

}  // namespace
}  // namespace directfanz::app
