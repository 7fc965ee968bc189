#include "app/cli.hpp"

#include "app/data_folder.hpp"
#include "system/db/test_folder.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace directfanz::app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::Not;

struct Outcome {
    int code = 0;
    std::string out;
    std::string err;

    nlohmann::json json() const { return nlohmann::json::parse(out, nullptr, false); }
};

Outcome call(std::vector<std::string> arguments,
             std::vector<std::pair<std::string, std::string>> environment = {}) {
    std::ostringstream out;
    std::ostringstream err;
    auto const code = run({std::move(arguments), std::move(environment)}, out, err);
    return {code, out.str(), err.str()};
}

class CliTest : public testing::Test {
  protected:
    Outcome create(std::string const& title = "My show") {
        return call({"stream", "create", "--data", data, "--title", title, "--json"});
    }

    TestFolder folder;
    std::string data = (folder / "data").string();
};

TEST_F(CliTest, CreatesAStreamWhereThereWasNothing) {
    auto const created = create();
    ASSERT_EQ(created.code, kSucceeded) << created.err;
    EXPECT_THAT(created.out, MatchesRegex("[^\n]*\n"));
    auto const json = created.json();
    auto const id = json["id"].get<std::string>();
    EXPECT_THAT(id, MatchesRegex("[0-9a-z]{12}"));
    EXPECT_THAT(json["streamKey"].get<std::string>(), MatchesRegex("[0-9a-z]{32}"));
    EXPECT_EQ(json["rtmpUrl"], "rtmp://127.0.0.1:1935/live");
    EXPECT_EQ(json["playbackUrl"], "http://127.0.0.1:8080/live/" + id + "/index.m3u8");
    EXPECT_EQ(json["watchUrl"], "http://127.0.0.1:8080/streaming/live/" + id);
    EXPECT_EQ(json.size(), 5U);
}

TEST_F(CliTest, ShowsPeopleWhereToEnterWhat) {
    auto const created = call({"stream", "create", "--data", data, "--title", "My show"});
    ASSERT_EQ(created.code, kSucceeded);
    EXPECT_THAT(created.out, HasSubstr("Created the stream \"My show\"."));
    EXPECT_THAT(created.out, HasSubstr("Server      rtmp://127.0.0.1:1935/live\n"));
    EXPECT_THAT(created.out, HasSubstr("shown this once"));
}

TEST_F(CliTest, ListsWithoutKeys) {
    auto const key = create("Show ☀").json()["streamKey"].get<std::string>();
    auto const text = call({"stream", "list", "--data", data});
    EXPECT_THAT(text.out, HasSubstr("Show ☀"));
    EXPECT_THAT(text.out, Not(HasSubstr(key)));
    auto const json = call({"stream", "list", "--data", data, "--json"}).json();
    ASSERT_EQ(json.size(), 1U);
    EXPECT_EQ(json[0]["title"], "Show ☀");
    EXPECT_FALSE(json[0].contains("streamKey"));
}

TEST_F(CliTest, AnEmptyListTellsHowToBegin) {
    auto const id = create().json()["id"].get<std::string>();
    ASSERT_EQ(call({"stream", "delete", "--data", data, id}).code, kSucceeded);
    EXPECT_THAT(call({"stream", "list", "--data", data}).out, HasSubstr("stream create"));
    EXPECT_EQ(call({"stream", "list", "--data", data, "--json"}).out, "[]\n");
}

TEST_F(CliTest, OnlyCreateMakesAFolder) {
    for (std::vector<std::string> arguments :
         {std::vector<std::string>{"list"}, {"rotate-key", "3f9k2m7q0xwz"}, {"delete", "x"}}) {
        arguments.insert(arguments.begin(), "stream");
        arguments.insert(arguments.end(), {"--data", data});
        auto const refused = call(arguments);
        EXPECT_EQ(refused.code, kFailed);
        EXPECT_THAT(refused.err, HasSubstr("the data folder " + data + " does not exist"));
        EXPECT_FALSE(std::filesystem::exists(data));
    }
    std::filesystem::create_directory(data);
    auto const empty = call({"stream", "list", "--data", data});
    EXPECT_EQ(empty.code, kFailed);
    EXPECT_THAT(empty.err, HasSubstr("holds no database"));
    EXPECT_TRUE(std::filesystem::is_empty(data));
}

TEST_F(CliTest, RotatesAKey) {
    auto const before = create().json();
    auto const after =
        call({"stream", "rotate-key", "--data", data, before["id"], "--json"}).json();
    EXPECT_EQ(after["id"], before["id"]);
    EXPECT_NE(after["streamKey"], before["streamKey"]);
    EXPECT_EQ(after["rtmpUrl"], before["rtmpUrl"]);
}

TEST_F(CliTest, DeletesAStream) {
    auto const id = create().json()["id"].get<std::string>();
    auto const deleted = call({"stream", "delete", "--data", data, id});
    EXPECT_EQ(deleted.code, kSucceeded);
    EXPECT_THAT(deleted.out, HasSubstr("Deleted the stream \"My show\""));
    auto const again = call({"stream", "delete", "--data", data, id});
    EXPECT_EQ(again.code, kFailed);
    EXPECT_THAT(again.err, HasSubstr("there is no stream '" + id + "'"));
    EXPECT_THAT(again.out, IsEmpty());
}

TEST_F(CliTest, TakesAddressesFromFlagsThenFromTheServerThatRunsThenFromTheFile) {
    auto const with = [&](std::vector<std::string> more) {
        std::vector<std::string> arguments{"stream",  "create",  "--data", data,
                                           "--title", "My show", "--json"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return call(arguments).json()["rtmpUrl"].get<std::string>();
    };
    EXPECT_EQ(with({"--rtmp", "0.0.0.0:2000"}), "rtmp://127.0.0.1:2000/live");
    std::ofstream(folder / "data/listening.json")
        << R"({"http":"127.0.0.1:3001","rtmp":"127.0.0.1:3002"})";
    auto const file = (folder / "test.toml").string();
    std::ofstream(file) << "rtmp = '127.0.0.1:4000'\n";
    EXPECT_EQ(with({}), "rtmp://127.0.0.1:1935/live") << "no server runs: the file is old";
    EXPECT_EQ(with({"--config", file}), "rtmp://127.0.0.1:4000/live");

    auto const lock = ServeLock::take(data);
    ASSERT_TRUE(lock);
    EXPECT_EQ(with({}), "rtmp://127.0.0.1:3002/live");
    EXPECT_EQ(with({"--config", file}), "rtmp://127.0.0.1:3002/live");
    EXPECT_EQ(with({"--rtmp", "127.0.0.1:9999"}), "rtmp://127.0.0.1:9999/live");
    EXPECT_EQ(with({"--http", "127.0.0.1:9999"}), "rtmp://127.0.0.1:3002/live");
    EXPECT_EQ(with({"--public-url", "https://fans.example"}), "rtmp://fans.example:3002/live");
}

TEST_F(CliTest, ATitleThatIsNoneFails) {
    auto const refused = create(std::string(141, 'x'));
    EXPECT_EQ(refused.code, kFailed);
    EXPECT_EQ(refused.err, "directfanz: title: the title is longer than 140 characters\n");
    EXPECT_THAT(refused.out, IsEmpty());
}

TEST_F(CliTest, AFolderThatCannotBeMadeFailsInWords) {
    std::ofstream(folder / "data") << "x";
    auto const refused = create();
    EXPECT_EQ(refused.code, kFailed);
    EXPECT_THAT(refused.err, HasSubstr("cannot use the data folder"));
}

TEST_F(CliTest, AWrongCommandLineIsMisuse) {
    for (std::vector<std::string> const& arguments : {std::vector<std::string>{},
                                                      {"nonsense"},
                                                      {"stream"},
                                                      {"stream", "create"},
                                                      {"stream", "create", "--nonsense"},
                                                      {"serve", "more"},
                                                      {"stream", "delete"},
                                                      {"config"},
                                                      {"version", "--data", "x"}}) {
        auto const outcome = call(arguments);
        EXPECT_EQ(outcome.code, kMisused);
        EXPECT_THAT(outcome.err, Not(IsEmpty()));
        EXPECT_THAT(outcome.out, IsEmpty());
    }
}

TEST_F(CliTest, AWrongEnvironmentOrFileIsMisuse) {
    auto const variable = call({"stream", "list", "--data", data}, {{"DIRECTFANZ_NONSENSE", "1"}});
    EXPECT_EQ(variable.code, kMisused);
    EXPECT_THAT(variable.err, HasSubstr("unknown environment variable DIRECTFANZ_NONSENSE"));

    std::ofstream(folder / "test.toml") << "\nnonsense = 1\n";
    auto const file = call({"serve", "--config", (folder / "test.toml").string()});
    EXPECT_EQ(file.code, kMisused);
    EXPECT_THAT(file.err, HasSubstr("test.toml:2: unknown setting 'nonsense'"));
    EXPECT_EQ(file.err.find('\n'), file.err.size() - 1);
}

TEST_F(CliTest, TheEnvironmentOverrulesAFlag) {
    auto const elsewhere = (folder / "elsewhere").string();
    auto const created = call({"stream", "create", "--data", data, "--title", "x"},
                              {{"DIRECTFANZ_DATA", elsewhere}});
    EXPECT_EQ(created.code, kSucceeded);
    EXPECT_TRUE(std::filesystem::exists(elsewhere + "/directfanz.db"));
    EXPECT_FALSE(std::filesystem::exists(data));
}

TEST_F(CliTest, EveryCommandHasHelpWithExamples) {
    for (std::vector<std::string> arguments : {std::vector<std::string>{},
                                               {"serve"},
                                               {"stream"},
                                               {"stream", "create"},
                                               {"stream", "list"},
                                               {"stream", "rotate-key"},
                                               {"stream", "delete"},
                                               {"config"},
                                               {"config", "show"},
                                               {"config", "example"},
                                               {"version"}}) {
        arguments.emplace_back("--help");
        auto const help = call(arguments);
        EXPECT_EQ(help.code, kSucceeded);
        EXPECT_THAT(help.out, HasSubstr("Examples:"));
        EXPECT_THAT(help.out, HasSubstr("Exit codes:"));
        EXPECT_THAT(help.err, IsEmpty());
    }
    EXPECT_THAT(call({"serve", "--help"}).out, HasSubstr("--part-duration DURATION"));
    EXPECT_THAT(call({"serve", "--help"}).out, HasSubstr("[::]:PORT for every address"));
}

TEST_F(CliTest, ShowsConfigurationAndVersion) {
    EXPECT_THAT(call({"config", "show", "--grace", "5s"}).out, HasSubstr("grace = \"5s\""));
    EXPECT_THAT(call({"config", "example"}).out, HasSubstr("# grace = \"60s\""));
    auto const version = call({"version"});
    EXPECT_THAT(version.out, MatchesRegex("directfanz [0-9]+\\.[0-9]+\\.[0-9]+\n"));
    auto const flag = call({"--version"});
    EXPECT_EQ(flag.code, kSucceeded);
    EXPECT_EQ(flag.out, version.out);
    EXPECT_THAT(flag.err, IsEmpty());
}

}  // namespace
}  // namespace directfanz::app
