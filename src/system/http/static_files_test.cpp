#include "system/http/static_files.hpp"

#include "system/http/final_response.hpp"
#include "system/http/outgoing.hpp"
#include "system/http/test_support.hpp"

#include <csignal>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace directfanz::http {
namespace {

namespace fs = std::filesystem;

using testing::get;
using testing::run_now;
using testing::text_of;

std::string const kLongScript = "console.log(1);" + std::string(2000, ' ');

class StaticFilesTest : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string name = fs::temp_directory_path() / "directfanz-pages-XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
        write("index.html", "<!doctype html><title>page</title>");
        write("icon.svg", "<svg/>");
        write("assets/index-pOMY4OzB.js", kLongScript);
        write("assets/Wordmark-B-m6vJtC.css", "a{}");
        write("assets/logo-original.svg", "<svg/>");
    }
    void TearDown() override { fs::remove_all(folder_); }

    void write(std::string const& name, std::string const& content) {
        fs::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name, std::ios::binary) << content;
    }

    StaticFiles load() {
        auto files = StaticFiles::load(folder_);
        EXPECT_TRUE(files) << (files ? "" : describe(files.error()));
        return std::move(files.value());
    }

    static std::string field(std::optional<Response> const& response, std::string_view name) {
        if (!response) return "no file";
        return std::string(response->headers.get(name).value_or("none"));
    }

    fs::path folder_;
};

TEST_F(StaticFilesTest, AreFoundByTheirPath) {
    auto const files = load();
    EXPECT_EQ(files.size(), 5U);
    auto const icon = files.find(get("/icon.svg"), "/icon.svg");
    ASSERT_TRUE(icon);
    EXPECT_EQ(text_of(icon->body), "<svg/>");
    EXPECT_FALSE(files.find(get("/"), "/icon"));
    EXPECT_FALSE(files.find(get("/"), "/assets"));
    EXPECT_FALSE(files.find(get("/"), "/assets/"));
    EXPECT_FALSE(files.find(get("/"), ""));
}

TEST_F(StaticFilesTest, AreTheIndexAtTheRoot) {
    auto const files = load();
    auto const root = files.find(get("/"), "/");
    ASSERT_TRUE(root);
    EXPECT_EQ(text_of(root->body), "<!doctype html><title>page</title>");
}

TEST_F(StaticFilesTest, StayAsTheyWereWhenTheyWereLoaded) {
    auto const files = load();
    write("icon.svg", "<svg>changed</svg>");
    write("new.txt", "new");
    EXPECT_EQ(text_of(files.find(get("/"), "/icon.svg")->body), "<svg/>");
    EXPECT_FALSE(files.find(get("/"), "/new.txt"));
}

TEST_F(StaticFilesTest, HaveTheirMediaTypes) {
    write("a.mjs", "");
    write("a.woff2", "");
    write("a.webmanifest", "{}");
    write("a.unknown", "");
    auto const files = load();
    auto const type = [&](std::string_view path) {
        return field(files.find(get("/"), path), "Content-Type");
    };
    EXPECT_EQ(type("/index.html"), "text/html; charset=utf-8");
    EXPECT_EQ(type("/assets/index-pOMY4OzB.js"), "text/javascript; charset=utf-8");
    EXPECT_EQ(type("/assets/Wordmark-B-m6vJtC.css"), "text/css; charset=utf-8");
    EXPECT_EQ(type("/icon.svg"), "image/svg+xml");
    EXPECT_EQ(type("/a.mjs"), "text/javascript; charset=utf-8");
    EXPECT_EQ(type("/a.woff2"), "font/woff2");
    EXPECT_EQ(type("/a.webmanifest"), "application/manifest+json");
    EXPECT_EQ(type("/a.unknown"), "application/octet-stream");
}

TEST_F(StaticFilesTest, AreKeptForEverOnlyIfTheirNameHoldsTheirContent) {
    write("index-pOMY4OzB.js", "outside of assets");
    write("assets/page-pOMY4OzB.html", "a page");
    auto const files = load();
    auto const life = [&](std::string_view path) {
        return field(files.find(get("/"), path), "Cache-Control");
    };
    EXPECT_EQ(life("/assets/index-pOMY4OzB.js"), "public, max-age=31536000, immutable");
    EXPECT_EQ(life("/assets/Wordmark-B-m6vJtC.css"), "public, max-age=31536000, immutable");
    EXPECT_EQ(life("/assets/logo-original.svg"), "public, max-age=3600") << "a word, no hash";
    EXPECT_EQ(life("/index-pOMY4OzB.js"), "public, max-age=3600");
    EXPECT_EQ(life("/icon.svg"), "public, max-age=3600");
    EXPECT_EQ(life("/index.html"), "no-cache, max-age=0");
    EXPECT_EQ(life("/assets/page-pOMY4OzB.html"), "no-cache, max-age=0");
}

TEST_F(StaticFilesTest, HaveAPolicyOnPages) {
    auto const files = load();
    auto const page = files.find(get("/"), "/");
    EXPECT_EQ(field(page, "Content-Security-Policy"), kContentSecurityPolicy);
    EXPECT_EQ(field(page, "Referrer-Policy"), "strict-origin-when-cross-origin");
    EXPECT_EQ(kContentSecurityPolicy.find("unsafe"), std::string_view::npos);
}

/// The browser tests run the pages under this policy, on an origin of their own. Tests run in the
/// source folder.
TEST_F(StaticFilesTest, HaveThePolicyThatThePagesAreTestedUnder) {
    std::ifstream in("tests/support/origin.ts");
    std::string const source{std::istreambuf_iterator<char>(in), {}};
    auto const start = source.find("CONTENT_SECURITY_POLICY =");
    ASSERT_NE(start, std::string::npos);
    std::string policy;
    auto quoted = false;
    for (auto const c :
         source.substr(start, source.find(';', source.find("frame-ancestors")) - start)) {
        if (c == '"')
            quoted = !quoted;
        else if (quoted)
            policy += c;
    }
    EXPECT_EQ(policy, kContentSecurityPolicy);
}

TEST_F(StaticFilesTest, ArePackedForWhoTakesItAndWhereItHelps) {
    write("photo.png", kLongScript);
    auto const files = load();
    auto const request = get("/", {{"Accept-Encoding", "gzip"}});
    auto const packed = files.find(request, "/assets/index-pOMY4OzB.js");
    EXPECT_EQ(field(packed, "Content-Encoding"), "gzip");
    EXPECT_EQ(field(packed, "Vary"), "Accept-Encoding");
    EXPECT_LT(packed->body_size(), kLongScript.size() / 10);

    auto const plain = files.find(get("/"), "/assets/index-pOMY4OzB.js");
    EXPECT_EQ(field(plain, "Content-Encoding"), "none");
    EXPECT_EQ(field(plain, "Vary"), "Accept-Encoding") << "caches must tell both apart";
    EXPECT_EQ(text_of(plain->body), kLongScript);

    EXPECT_EQ(field(files.find(request, "/icon.svg"), "Content-Encoding"), "none") << "too small";
    EXPECT_EQ(field(files.find(request, "/photo.png"), "Content-Encoding"), "none");
    EXPECT_EQ(field(files.find(request, "/photo.png"), "Vary"), "none");
}

TEST_F(StaticFilesTest, LieInOneFileForTheKernelIfTheyAreLarge) {
    std::string const large(kSendFileBytes, 'x');
    write("large.mp4", large);
    write("larger.mp4", large + large);
    write("small.mp4", std::string(kSendFileBytes - 1, 'x'));
    auto const files = load();
    auto const body = [&files](std::string const& path) {
        return files.find(get(path), path).value().body.front();
    };
    EXPECT_EQ(body("/large.mp4").text(), large);
    EXPECT_EQ(body("/larger.mp4").text(), large + large);
    auto const one = body("/large.mp4").file();
    auto const other = body("/larger.mp4").file();
    ASSERT_TRUE(one);
    ASSERT_TRUE(other);
    EXPECT_EQ(one->descriptor, other->descriptor);
    EXPECT_FALSE(body("/small.mp4").file());
}

TEST_F(StaticFilesTest, StayInMemoryWhereTheSystemTakesNoFileOfTheirSize) {
    write("large.mp4", std::string(kSendFileBytes, 'x'));
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    // Otherwise the write would end the process instead of failing.
    auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit const nothing{.rlim_cur = 0, .rlim_max = before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &nothing), 0);
    auto const files = load();
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    auto const response = files.find(get("/large.mp4"), "/large.mp4");
    ASSERT_TRUE(response);
    EXPECT_EQ(text_of(response->body), std::string(kSendFileBytes, 'x'));
    EXPECT_FALSE(response->body.front().file());
}

TEST_F(StaticFilesTest, HaveATagOfTheirContent) {
    write("copy.svg", "<svg/>");
    write("other.svg", "<svg></svg>");
    auto const files = load();
    auto const tag = [&](std::string_view path) {
        return field(files.find(get("/"), path), "ETag");
    };
    EXPECT_EQ(tag("/icon.svg"), tag("/copy.svg"));
    EXPECT_NE(tag("/icon.svg"), tag("/other.svg"));
    EXPECT_EQ(tag("/icon.svg").size(), 34U);
    auto const packing = get("/", {{"Accept-Encoding", "gzip"}});
    EXPECT_NE(field(files.find(packing, "/assets/index-pOMY4OzB.js"), "ETag"),
              tag("/assets/index-pOMY4OzB.js"))
        << "other bytes, other tag";
}

TEST_F(StaticFilesTest, AreNotSentAgain) {
    auto const files = load();
    auto const response = *files.find(get("/"), "/");
    auto const request =
        get("/", {{"If-None-Match", std::string(response.headers.get("ETag").value())}});
    EXPECT_EQ(finish(request, response).status, 304U);
}

TEST_F(StaticFilesTest, AnswerThroughARouter) {
    auto const files = load();
    Router router;
    files.add_routes(router);
    files.add_page(router, "/streaming/live/{id}", "index.html");
    auto const ask = [&](std::string path) {
        auto const request = get(std::move(path));
        auto const response = run_now(router.route(request));
        return std::to_string(response.status) + " " +
               std::string(response.headers.get("Content-Type").value_or(""));
    };
    EXPECT_EQ(ask("/"), "200 text/html; charset=utf-8");
    EXPECT_EQ(ask("/index.html"), "200 text/html; charset=utf-8");
    EXPECT_EQ(ask("/icon.svg"), "200 image/svg+xml");
    EXPECT_EQ(ask("/assets/index-pOMY4OzB.js"), "200 text/javascript; charset=utf-8");
    EXPECT_EQ(ask("/streaming/live/s1"), "200 text/html; charset=utf-8");
    EXPECT_EQ(ask("/assets/missing.js"), "404 application/problem+json");
    EXPECT_EQ(ask("/streaming/live/"), "404 application/problem+json");
    EXPECT_EQ(ask("/nothing"), "404 application/problem+json");
}

TEST_F(StaticFilesTest, KnowTheirPagesByName) {
    auto const files = load();
    EXPECT_EQ(files.page(get("/any/address"), "index.html").status, 200U);
    EXPECT_EQ(files.page(get("/any/address"), "other.html").status, 404U);
}

TEST_F(StaticFilesTest, PassOverHiddenNames) {
    write(".env", "SECRET=1");
    write(".vite/manifest.json", "{}");
    auto const files = load();
    EXPECT_EQ(files.size(), 5U);
    EXPECT_FALSE(files.find(get("/"), "/.env"));
    EXPECT_FALSE(files.find(get("/"), "/.vite/manifest.json"));
}

TEST_F(StaticFilesTest, TakeAFolderWithASlashBehindIt) {
    auto const files = StaticFiles::load(folder_ / "");
    ASSERT_TRUE(files);
    EXPECT_TRUE(files->find(get("/"), "/assets/index-pOMY4OzB.js"));
}

TEST_F(StaticFilesTest, SayWhatToDoWhenTheyAreMissing) {
    auto const absent = StaticFiles::load(folder_ / "absent");
    ASSERT_FALSE(absent);
    EXPECT_EQ(absent.error().kind, ErrorKind::not_found);
    EXPECT_NE(absent.error().message.find("npm run build"), std::string::npos);
    EXPECT_NE(absent.error().message.find("absent"), std::string::npos);

    auto const no_folder = StaticFiles::load(folder_ / "icon.svg");
    ASSERT_FALSE(no_folder);
    EXPECT_EQ(no_folder.error().kind, ErrorKind::not_found);

    fs::remove(folder_ / "index.html");
    auto const no_index = StaticFiles::load(folder_);
    ASSERT_FALSE(no_index);
    EXPECT_EQ(no_index.error().kind, ErrorKind::not_found);
    EXPECT_NE(no_index.error().message.find("index.html"), std::string::npos);
}

TEST_F(StaticFilesTest, AreLimitedInSizeAndNumber) {
    write("sparse.bin", "");
    fs::resize_file(folder_ / "sparse.bin", kMaxStaticBytes + 1);
    auto const large = StaticFiles::load(folder_);
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().kind, ErrorKind::too_large);
    fs::remove(folder_ / "sparse.bin");

    for (std::size_t i = 0; i < kMaxStaticFiles; ++i) write("many/" + std::to_string(i), "");
    auto const many = StaticFiles::load(folder_);
    ASSERT_FALSE(many);
    EXPECT_EQ(many.error().kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace directfanz::http
