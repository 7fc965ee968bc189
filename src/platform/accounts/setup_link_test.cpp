#include "platform/accounts/setup_link.hpp"

#include "system/db/test_folder.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <sys/stat.h>

namespace directfanz::accounts {
namespace {

using ::testing::StartsWith;

std::string text_of(std::filesystem::path const& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

std::string token_of(std::string const& link) {
    return link.substr(link.find('=') + 1);
}

TEST(SetupLinkTest, LiesInAFileForItsOwnerAlone) {
    TestFolder const folder;
    SetupLink setup(folder / "setup-link");
    auto const link = setup.offer("https://fans.example").value();
    EXPECT_THAT(link, StartsWith("https://fans.example/setup#token="));
    EXPECT_EQ(token_of(link).size(), 43U);
    EXPECT_EQ(text_of(folder / "setup-link"), link + "\n");
    struct stat found{};
    ASSERT_EQ(::stat((folder / "setup-link").c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0600U);
}

TEST(SetupLinkTest, WorksOnce) {
    TestFolder const folder;
    SetupLink setup(folder / "setup-link");
    auto const token = token_of(setup.offer("").value());
    EXPECT_FALSE(setup.take("wrong"));
    EXPECT_FALSE(setup.take(""));
    EXPECT_TRUE(setup.take(token));
    EXPECT_FALSE(setup.take(token)) << "two at once";
    setup.put_back(token);
    EXPECT_TRUE(setup.take(token));
    setup.used();
    EXPECT_FALSE(setup.take(token));
    EXPECT_FALSE(std::filesystem::exists(folder / "setup-link"));
}

TEST(SetupLinkTest, NothingWorksWhereNothingIsOffered) {
    TestFolder const folder;
    SetupLink setup(folder / "setup-link");
    EXPECT_FALSE(setup.take(""));
    EXPECT_FALSE(setup.take("anything"));
}

TEST(SetupLinkTest, AnotherStartMakesAnotherOne) {
    TestFolder const folder;
    SetupLink setup(folder / "setup-link");
    auto const first = token_of(setup.offer("").value());
    auto const second = token_of(setup.offer("").value());
    EXPECT_NE(first, second);
    EXPECT_FALSE(setup.take(first));
    EXPECT_TRUE(setup.take(second));
}

TEST(SetupLinkTest, AFolderThatIsNotThereIsToldInWords) {
    TestFolder const folder;
    SetupLink setup(folder / "missing" / "setup-link");
    auto const offered = setup.offer("");
    ASSERT_FALSE(offered);
    EXPECT_THAT(offered.error().message, ::testing::HasSubstr("missing/setup-link"));
    EXPECT_FALSE(setup.take(""));
}

}  // namespace
}  // namespace directfanz::accounts
