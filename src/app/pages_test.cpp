#include "app/pages.hpp"

#include "system/db/test_folder.hpp"
#include "system/io/event_loop.hpp"

#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::app {
namespace {

using testing::HasSubstr;

class PagesTest : public testing::Test {
  protected:
    void write(std::string const& name, std::string const& text) {
        std::filesystem::create_directories((folder / name).parent_path());
        std::ofstream(folder / name) << text;
    }

    http::Response get(std::string const& path, std::string const& encoding = "") {
        auto pages = Pages::load(folder.path());
        if (!pages) throw std::runtime_error(describe(pages.error()));
        http::Router router;
        Pages::add_to(router, std::move(*pages));
        http::Request request;
        request.path = path;
        if (!encoding.empty()) request.headers.add("Accept-Encoding", encoding);
        io::EventLoop loop;
        std::optional<http::Response> response;
        loop.spawn(answer(loop, router, request, response));
        loop.run();
        return std::move(*response);
    }

    TestFolder folder;

  private:
    static io::Task<> answer(io::EventLoop& loop, http::Router const& router,
                             http::Request const& request, std::optional<http::Response>& into) {
        into = co_await router.route(request);
        loop.stop();
    }
};

TEST_F(PagesTest, TheDocumentAnswersForEveryPageAndIsAlwaysAskedForAgain) {
    write("index.html", "document");
    for (std::string const path :
         {"/", "/index.html", "/streaming/live/x", "/streaming/live/a/b"}) {
        auto const response = get(path);
        EXPECT_EQ(response.status, 200U) << path;
        EXPECT_EQ(response.body.front().text(), "document");
        EXPECT_EQ(response.headers.get("Cache-Control"), "no-cache");
        EXPECT_EQ(response.headers.get("Content-Type"), "text/html; charset=utf-8");
    }
    EXPECT_EQ(get("/other").status, 404U);
    auto const missing = get("/other");
    EXPECT_EQ(missing.headers.get("Cache-Control"), "max-age=10");
}

TEST_F(PagesTest, ThePolicyLetsNoInlineScriptOrStrangerIn) {
    write("index.html", "document");
    auto const response = get("/");
    std::string const policy(response.headers.get("Content-Security-Policy").value_or(""));
    EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(policy, HasSubstr("script-src 'self';"));
    EXPECT_THAT(policy, testing::Not(HasSubstr("unsafe")));
}

TEST_F(PagesTest, FilesNamedByTheirContentAreKeptForEver) {
    write("index.html", "document");
    write("assets/a-1.js", "x");
    write("icon.svg", "x");
    auto const asset = get("/assets/a-1.js");
    EXPECT_EQ(asset.headers.get("Cache-Control"), "public, max-age=31536000, immutable");
    auto const icon = get("/icon.svg");
    EXPECT_EQ(icon.headers.get("Cache-Control"), "public, max-age=3600");
    EXPECT_EQ(icon.headers.get("Content-Type"), "image/svg+xml");
}

TEST_F(PagesTest, WhatShrinksGoesCompressedToThoseWhoTakeIt) {
    write("index.html", "document");
    write("a.js", std::string(10'000, 'a'));
    auto const plain = get("/a.js");
    auto const compressed = get("/a.js", "gzip, br");
    EXPECT_EQ(plain.body_size(), 10'000U);
    EXPECT_FALSE(plain.headers.contains("Content-Encoding"));
    EXPECT_LT(compressed.body_size(), 500U);
    EXPECT_EQ(compressed.headers.get("Content-Encoding"), "gzip");
    EXPECT_NE(plain.headers.get("ETag"), compressed.headers.get("ETag"));
    for (auto const& response : {plain, compressed}) {
        EXPECT_EQ(response.headers.get("Vary"), "Accept-Encoding");
    }
    // Eight bytes would grow.
    auto const small = get("/", "gzip");
    EXPECT_FALSE(small.headers.contains("Content-Encoding"));
}

TEST_F(PagesTest, TheTagFollowsTheContent) {
    write("index.html", "one");
    auto const before = get("/");
    write("index.html", "two");
    auto const after = get("/");
    EXPECT_NE(before.headers.get("ETag"), after.headers.get("ETag"));
}

TEST_F(PagesTest, AFolderWithoutPagesIsToldInWords) {
    for (auto const& place : {folder.path(), folder / "missing"}) {
        auto const loaded = Pages::load(place);
        ASSERT_FALSE(loaded);
        EXPECT_THAT(describe(loaded.error()), HasSubstr(place.string()));
    }
}

}  // namespace
}  // namespace directfanz::app
