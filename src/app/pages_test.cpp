#include "app/pages.hpp"

#include "system/db/test_folder.hpp"

#include <fstream>

#include <gtest/gtest.h>

namespace directfanz::app {
namespace {

class PagesTest : public ::testing::Test {
  protected:
    /// Makes an empty folder.
    std::filesystem::path make(std::string_view name) const {
        auto const made = folder_ / name;
        std::filesystem::create_directories(made);
        return made;
    }
    /// Makes a folder with pages.
    std::filesystem::path build(std::string_view name) const {
        auto const made = make(name);
        std::ofstream(made / "index.html") << "<!doctype html>";
        return made;
    }

    TestFolder folder_;
};

TEST_F(PagesTest, AreFoundFromABuildOfACheckout) {
    auto const pages = build("web/dist");
    EXPECT_EQ(find_built_pages(make("build/release")), pages);
    EXPECT_EQ(find_built_pages(make("build/release/src")), pages);
}

TEST_F(PagesTest, AreFoundWhereTheProgramIsInstalled) {
    auto const pages = build("usr/share/directfanz/web");
    EXPECT_EQ(find_built_pages(make("usr/bin")), pages);
}

TEST_F(PagesTest, AreFoundBesideTheProgramFirst) {
    build("web/dist");
    auto const nearest = build("build/release/web/dist");
    EXPECT_EQ(find_built_pages(make("build/release")), nearest);
}

TEST_F(PagesTest, AreNoFolderWithoutAFirstPage) {
    make("web/dist");
    make("web/dist/index.html");
    EXPECT_EQ(find_built_pages(make("build/release")), "");
    auto const pages = build("build/share/directfanz/web");
    EXPECT_EQ(find_built_pages(make("build/release")), pages);
}

TEST_F(PagesTest, AreNotLookedForFarAway) {
    build("web/dist");
    EXPECT_EQ(find_built_pages(make("a/b/c/d")), "");
}

TEST_F(PagesTest, OfThisProgramAreThoseOfItsFolder) {
    auto const program = std::filesystem::read_symlink("/proc/self/exe");
    EXPECT_EQ(find_built_pages(), find_built_pages(program.parent_path()));
}

TEST(WantsPageTest, APersonWithABrowserDoesAndAProgramDoesNot) {
    auto const asks = [](std::string_view path, std::string_view accept) {
        http::Request request;
        request.path = path;
        if (!accept.empty()) request.headers.add("Accept", std::string(accept));
        return wants_page(request);
    };
    EXPECT_TRUE(asks("/strreaming/live", "text/html,application/xhtml+xml,*/*;q=0.8"));
    EXPECT_FALSE(asks("/strreaming/live", "*/*"));
    EXPECT_FALSE(asks("/strreaming/live", ""));
    EXPECT_FALSE(asks("/api/v1/nothing", "text/html"));
    EXPECT_FALSE(asks("/live/nobody/index.m3u8", "text/html"));
    EXPECT_FALSE(asks("/play/token/nobody/index.m3u8", "text/html"));
    EXPECT_FALSE(asks("/assets/old.js", "text/html"));
}

}  // namespace
}  // namespace directfanz::app
