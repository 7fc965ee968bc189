#include "system/http/router.hpp"

#include "system/http/test_support.hpp"

#include <gtest/gtest.h>

namespace directfanz::http {
namespace {

using testing::get;
using testing::run_now;

io::Task<Response> tell(std::string name, PathParameters parameters) {
    for (auto const& parameter : parameters) name += " [" + parameter + "]";
    co_return text_response(200, "text/plain", std::move(name));
}

/// A handler that answers with its name and the parameters it got.
Handler named(std::string name) {
    return
        [name](Request const&, PathParameters const& parameters) { return tell(name, parameters); };
}

class RouterTest : public ::testing::Test {
  protected:
    std::string ask(std::string path, Method method = Method::get) {
        auto request = get(std::move(path));
        request.method = method;
        last_ = run_now(router_.route(request));
        return last_.status == 200 ? testing::text_of(last_.body) : std::to_string(last_.status);
    }

    Router router_;
    Response last_;
};

TEST_F(RouterTest, AnswersByThePath) {
    router_.add(Method::get, "/", named("root"));
    router_.add(Method::get, "/a", named("a"));
    router_.add(Method::get, "/a/b", named("b"));
    EXPECT_EQ(ask("/"), "root");
    EXPECT_EQ(ask("/a"), "a");
    EXPECT_EQ(ask("/a/b"), "b");
}

TEST_F(RouterTest, AnswersUnknownPathsWith404) {
    router_.add(Method::get, "/a/b", named("b"));
    for (auto const* path :
         {"/", "/a", "/a/", "/a/b/", "/a/b/c", "/A/b", "/a//b", "//a/b", "/ab"}) {
        EXPECT_EQ(ask(path), "404") << path;
        EXPECT_EQ(last_.headers.get("Content-Type"), "application/problem+json");
    }
}

TEST_F(RouterTest, HandsOnTheSegmentsThatPlaceholdersStandFor) {
    router_.add(Method::get, "/live/{stream}/{file}", named("file"));
    EXPECT_EQ(ask("/live/s1/index.m3u8"), "file [s1] [index.m3u8]");
    EXPECT_EQ(ask("/live/a b/%"), "file [a b] [%]");
}

TEST_F(RouterTest, TakesNoEmptySegmentForAPlaceholder) {
    router_.add(Method::get, "/live/{stream}/{file}", named("file"));
    for (auto const* path : {"/live//x", "/live/x/", "/live/x", "/live/x/y/z"}) {
        EXPECT_EQ(ask(path), "404") << path;
    }
}

TEST_F(RouterTest, HandsOnTheRestOfAPath) {
    router_.add(Method::get, "/assets/{file...}", named("asset"));
    EXPECT_EQ(ask("/assets/a"), "asset [a]");
    EXPECT_EQ(ask("/assets/a/b.js"), "asset [a/b.js]");
    EXPECT_EQ(ask("/assets/"), "asset []");
    EXPECT_EQ(ask("/assets"), "asset []");
    EXPECT_EQ(ask("/assetsx"), "404");
}

TEST_F(RouterTest, PrefersWhatWasAddedFirst) {
    router_.add(Method::get, "/a/me", named("me"));
    router_.add(Method::get, "/a/{id}", named("id"));
    EXPECT_EQ(ask("/a/me"), "me");
    EXPECT_EQ(ask("/a/you"), "id [you]");
}

TEST_F(RouterTest, TellsMethodsApart) {
    router_.add(Method::get, "/a", named("got"));
    router_.add(Method::post, "/a", named("posted"));
    EXPECT_EQ(ask("/a", Method::get), "got");
    EXPECT_EQ(ask("/a", Method::post), "posted");
}

TEST_F(RouterTest, AnswersHeadByTheHandlerOfGet) {
    router_.add(Method::get, "/a", named("got"));
    EXPECT_EQ(ask("/a", Method::head), "got");
}

TEST_F(RouterTest, AnswersAWrongMethodWith405AndWhatIsAllowed) {
    router_.add(Method::get, "/a/{id}", named("got"));
    router_.add(Method::delete_, "/a/{id}", named("deleted"));
    router_.add(Method::put, "/b", named("put"));
    EXPECT_EQ(ask("/a/1", Method::post), "405");
    EXPECT_EQ(last_.headers.get("Allow"), "GET, HEAD, DELETE, OPTIONS");
    EXPECT_EQ(ask("/b", Method::get), "405");
    EXPECT_EQ(last_.headers.get("Allow"), "PUT, OPTIONS");
    EXPECT_EQ(ask("/b", Method::head), "405");
}

TEST_F(RouterTest, AnswersThePreflightOfAnotherOriginsScript) {
    router_.add(Method::post, "/a", named("posted"));
    EXPECT_EQ(ask("/a", Method::options), "204");
    EXPECT_EQ(last_.headers.get("Access-Control-Allow-Methods"), "POST, OPTIONS");
    EXPECT_EQ(last_.headers.get("Access-Control-Allow-Headers"), "*, Authorization");
    EXPECT_TRUE(last_.headers.contains("Access-Control-Max-Age"));
    EXPECT_TRUE(last_.body.empty());
    EXPECT_EQ(ask("/b", Method::options), "404");
}

TEST_F(RouterTest, AnswersOptionsForTheServerAsAWhole) {
    router_.add(Method::post, "/a", named("posted"));
    router_.add(Method::get, "/b", named("got"));
    EXPECT_EQ(ask("*", Method::options), "204");
    EXPECT_EQ(last_.headers.get("Allow"), "GET, HEAD, POST, OPTIONS");
}

}  // namespace
}  // namespace directfanz::http
