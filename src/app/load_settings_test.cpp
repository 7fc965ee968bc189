#include "app/load_settings.hpp"

#include "app/config_commands.hpp"
#include "app/settings_table.hpp"
#include "system/db/test_folder.hpp"

#include <fstream>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::app {
namespace {

using testing::HasSubstr;

class LoadSettingsTest : public testing::Test {
  protected:
    /// Writes the file and reads it with the rest of `inputs`.
    void write(std::string_view toml) {
        std::ofstream(file, std::ios::trunc) << toml;
        inputs.config_file = file.string();
    }

    Settings load() {
        auto loaded = load_settings(inputs);
        if (!loaded) {
            ADD_FAILURE() << describe(loaded.error());
            return {};
        }
        return loaded->settings;
    }

    /// The error, its file's folder left out.
    std::string refusal() {
        auto const loaded = load_settings(inputs);
        if (loaded) return "";
        EXPECT_EQ(loaded.error().kind, ErrorKind::invalid);
        auto text = describe(loaded.error());
        auto const at = text.find(folder.path().string());
        if (at != std::string::npos) text.erase(at, folder.path().string().size() + 1);
        return text;
    }

    TestFolder folder;
    std::filesystem::path file = folder / "test.toml";
    Inputs inputs;
};

TEST_F(LoadSettingsTest, WithoutAnythingTheDefaultsHold) {
    auto const settings = load();
    EXPECT_EQ(settings.http, "127.0.0.1:8080");
    EXPECT_EQ(settings.rtmp, "127.0.0.1:1935");
    EXPECT_EQ(settings.grace, seconds(60));
    EXPECT_EQ(settings.part_duration, milliseconds(250));
    EXPECT_EQ(settings.takeover_silence, seconds(3));
    EXPECT_EQ(settings.key_failures, 10U);
}

TEST_F(LoadSettingsTest, AFlagOverrulesTheFileAndTheEnvironmentOverrulesBoth) {
    write("grace = '1s'\nwindow = '31s'\nretention = '61s'\n");
    inputs.flags = {{"grace", "2s"}, {"window", "32s"}};
    inputs.environment = {{"DIRECTFANZ_GRACE", "3s"}, {"HOME", "/root"}};
    auto const loaded = load_settings(inputs);
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->settings.grace, seconds(3));
    EXPECT_EQ(loaded->settings.window, seconds(32));
    EXPECT_EQ(loaded->settings.retention, seconds(61));

    EXPECT_EQ(loaded->source("grace"), Source::environment);
    EXPECT_EQ(loaded->source("window"), Source::flag);
    EXPECT_EQ(loaded->source("retention"), Source::file);
    EXPECT_EQ(loaded->source("http"), Source::default_value);
    EXPECT_TRUE(loaded->given("grace"));
    EXPECT_TRUE(loaded->given("window"));
    EXPECT_FALSE(loaded->given("retention"));
    EXPECT_FALSE(loaded->given("http"));
}

TEST_F(LoadSettingsTest, TheEnvironmentAlsoNamesTheFile) {
    write("grace = '5s'");
    inputs.config_file = "/missing.toml";
    inputs.environment = {{"DIRECTFANZ_CONFIG", file.string()}};
    EXPECT_EQ(load().grace, seconds(5));
}

TEST_F(LoadSettingsTest, AFileHasTextNumbersAndTables) {
    write(R"(
data = "some where"    # a comment
public_url = 'https://fans.example/'
threads = 3
[log]
level = "warning"
format = "json"
[encoder]
idle = "90s"
)");
    auto const settings = load();
    EXPECT_EQ(settings.data, "some where");
    EXPECT_EQ(settings.public_url, "https://fans.example");
    EXPECT_EQ(settings.threads, 3U);
    EXPECT_EQ(settings.log_level, log::Level::warning);
    EXPECT_EQ(settings.log_format, log::Format::json);
    EXPECT_EQ(settings.rtmp_idle, seconds(90));
}

TEST_F(LoadSettingsTest, AnUnknownKeyIsAnErrorWithItsLine) {
    write("grace = '1s'\n\n[log]\nlevl = 'info'\n");
    EXPECT_EQ(refusal(), "test.toml:4: unknown setting 'log.levl'; did you mean 'log.level'?");
    write("\n[nonsense]\nzzzzzzzzzz = 1\n");
    EXPECT_EQ(refusal(),
              "test.toml:3: unknown setting 'nonsense.zzzzzzzzzz'; 'directfanz config example' "
              "shows all settings");
}

TEST_F(LoadSettingsTest, OfSeveralErrorsTheFirstLineIsNamed) {
    write("window = '20s'\nzebra = 1\nant = 2\n");
    EXPECT_THAT(refusal(), HasSubstr("test.toml:2: unknown setting 'zebra'"));
}

TEST_F(LoadSettingsTest, AValueThatDoesNotFitIsAnErrorWithItsLine) {
    write("\n\ngrace = '31m'\n");
    EXPECT_EQ(refusal(), "test.toml:3: grace: 31m is not between 0ms and 1800s");
    write("part_duration = '100ms'");
    EXPECT_EQ(refusal(), "test.toml:1: part_duration: 100ms is not between 200ms and 1s");
    write("grace = 60");
    EXPECT_THAT(refusal(), HasSubstr("test.toml:1: grace: '60' is no duration"));
    write("http = 'nowhere'");
    EXPECT_THAT(refusal(), HasSubstr("test.toml:1: http: 'nowhere' is not ADDRESS:PORT"));
    write("threads = 'many'");
    EXPECT_EQ(refusal(), "test.toml:1: threads: 'many' is no whole number");
    write("[log]\nlevel = 'loud'");
    EXPECT_EQ(refusal(), "test.toml:2: log.level: 'loud' is not one of debug|info|warning|error");
    write("\ngrace = true");
    EXPECT_EQ(refusal(), "test.toml:2: 'grace' has to be text in quotes or a whole number");
    write("\ngrace = ['1s']");
    EXPECT_EQ(refusal(), "test.toml:2: 'grace' has to be text in quotes or a whole number");
}

TEST_F(LoadSettingsTest, ASyntaxErrorIsAnErrorWithItsLine) {
    write("grace = '1s'\nwindow = \n");
    EXPECT_THAT(refusal(), HasSubstr("test.toml:2: "));
    write("grace = '1s'\n\ngrace = '2s'\n");
    EXPECT_THAT(refusal(), HasSubstr("test.toml:3: "));
}

TEST_F(LoadSettingsTest, AFileThatIsMissingOrAFolderIsAnError) {
    for (auto const& path : {folder / "missing.toml", folder.path()}) {
        inputs.config_file = path.string();
        auto const loaded = load_settings(inputs);
        ASSERT_FALSE(loaded);
        EXPECT_THAT(describe(loaded.error()), HasSubstr("cannot read the configuration file"));
    }
}

TEST_F(LoadSettingsTest, AnUnknownVariableOfOursIsAnError) {
    inputs.environment = {{"DIRECTFANZ_GRACES", "1s"}};
    EXPECT_EQ(refusal(),
              "unknown environment variable DIRECTFANZ_GRACES; did you mean 'DIRECTFANZ_GRACE'?");
}

TEST_F(LoadSettingsTest, AWrongVariableOrFlagIsNamed) {
    inputs.environment = {{"DIRECTFANZ_LOG_LEVEL", "loud"}};
    EXPECT_THAT(refusal(), HasSubstr("DIRECTFANZ_LOG_LEVEL: 'loud' is not one of"));
    inputs.environment.clear();
    inputs.flags = {{"takeover_silence", "soon"}};
    EXPECT_THAT(refusal(), HasSubstr("--takeover-silence: 'soon' is no duration"));
}

TEST_F(LoadSettingsTest, AnEmptyTextForWhatMayBeLeftOutMeansThatItIsNotSet) {
    write("web = ''\npublic_url = \"\"\n");
    EXPECT_EQ(load().web, "");
    EXPECT_EQ(load().public_url, "");
    write("web = 'somewhere'\npublic_url = 'https://fans.example'\n");
    inputs.flags = {{"web", ""}, {"public_url", ""}};
    EXPECT_EQ(load().web, "");
    EXPECT_EQ(load().public_url, "");
    inputs.flags.clear();
    write("data = ''");
    EXPECT_THAT(refusal(), HasSubstr("data: the path is empty"));
}

TEST_F(LoadSettingsTest, AVariableWithoutAValueIsNotSet) {
    write("grace = '5s'\npublic_url = 'https://fans.example'\n");
    inputs.environment = {{"DIRECTFANZ_GRACE", ""},
                          {"DIRECTFANZ_PUBLIC_URL", ""},
                          {"DIRECTFANZ_DATA", ""},
                          {"DIRECTFANZ_CONFIG", ""}};
    auto const settings = load();
    EXPECT_EQ(settings.grace, seconds(5));
    EXPECT_EQ(settings.public_url, "https://fans.example");
    EXPECT_EQ(settings.data, "data");
}

TEST_F(LoadSettingsTest, SettingsThatDoNotGoTogetherAreNamedBoth) {
    inputs.flags = {{"segment_duration", "7s"}};
    EXPECT_EQ(refusal(),
              "segment_duration (7s) must not be longer than longest_target_duration (6s): no "
              "segment is");
    inputs.flags = {{"segment_duration", "1s"}, {"part_duration", "1s"}};
    EXPECT_EQ(refusal(),
              "part_duration (1s) has to be shorter than segment_duration (1s): a segment consists "
              "of parts");
    inputs.flags = {{"longest_target_duration", "30s"}};
    EXPECT_EQ(refusal(),
              "longest_target_duration (30s) must not be longer than window (24s): the window "
              "holds whole segments");
    // Each of these is right with the other.
    inputs.flags = {{"longest_target_duration", "30s"}, {"window", "30s"}};
    EXPECT_EQ(refusal(), "");
    inputs.flags = {{"segment_duration", "6s"}};
    EXPECT_EQ(refusal(), "");
    inputs.flags = {{"window", "12s"}};
    EXPECT_EQ(refusal(), "");
    inputs.flags = {{"window", "11s"}};
    EXPECT_EQ(refusal(), "--window: 11s is not between 12s and 600s");
}

TEST_F(LoadSettingsTest, PlainRequestsAreRedirectedOnlyToWhereHttpsIs) {
    inputs.flags = {{"redirect_to_https", "on"}};
    EXPECT_EQ(refusal(),
              "redirect_to_https needs https, or a proxy that ends TLS and its https:// address as "
              "public_url: there is nowhere to redirect to");
    inputs.flags = {{"redirect_to_https", "on"}, {"public_url", "http://fans.example"}};
    EXPECT_NE(refusal(), "");
    inputs.flags = {{"redirect_to_https", "on"}, {"public_url", "https://fans.example"}};
    EXPECT_EQ(refusal(), "");
}

TEST_F(LoadSettingsTest, WhatCountsInSecondsTakesNoFractions) {
    for (auto const* const name : {"grace", "window", "retention", "longest_target_duration"}) {
        inputs.flags = {{name, "12500ms"}};
        EXPECT_THAT(refusal(), HasSubstr("12500ms is no whole number of seconds")) << name;
        inputs.flags = {{name, "13000ms"}};
        EXPECT_EQ(refusal(), "") << name;
    }
}

TEST_F(LoadSettingsTest, TheExampleFileIsValidAndChangesNothing) {
    write(example_config());
    auto const untouched = load_settings(inputs);
    ASSERT_TRUE(untouched) << describe(untouched.error());

    // With every comment sign before a setting taken off it is valid too, and says the defaults.
    std::string text;
    std::istringstream lines(example_config());
    for (std::string line; std::getline(lines, line);) {
        auto const assigns = line.starts_with("# ") && line.find(" = ") != std::string::npos;
        text += (assigns ? line.substr(2) : line) + "\n";
    }
    write(text);
    auto const loaded = load_settings(inputs);
    ASSERT_TRUE(loaded) << describe(loaded.error());
    Settings const defaults;
    for (auto const& setting : settings_table()) {
        EXPECT_EQ(setting.show(loaded->settings), setting.show(defaults)) << setting.name;
        EXPECT_THAT(text, HasSubstr(setting.variable()));
        EXPECT_THAT(text, HasSubstr(setting.flag()));
    }
}

TEST_F(LoadSettingsTest, WhatIsShownCanBeReadBack) {
    inputs.flags = {
        {"data", "a \"b\" \\c"}, {"takeover_silence", "1500ms"}, {"log.level", "debug"}};
    auto const shown = show_config(*load_settings(inputs));
    EXPECT_THAT(shown, HasSubstr("# flag"));
    EXPECT_THAT(shown, HasSubstr("# default"));
    inputs.flags.clear();
    write(shown);
    auto const settings = load();
    EXPECT_EQ(settings.data, "a \"b\" \\c");
    EXPECT_EQ(settings.takeover_silence, milliseconds(1'500));
    EXPECT_EQ(settings.log_level, log::Level::debug);
}

TEST(SettingsTableTest, EverySettingHasItsOwnNamesAndTakesItsDefault) {
    std::set<std::string> names;
    Settings const defaults;
    for (auto const& setting : settings_table()) {
        EXPECT_TRUE(names.insert(std::string(setting.name)).second) << setting.name;
        EXPECT_TRUE(names.insert(setting.flag()).second) << setting.flag();
        EXPECT_TRUE(names.insert(setting.variable()).second) << setting.variable();
        EXPECT_FALSE(setting.help.empty());
        auto const value = setting.show(defaults);
        if (value.empty()) continue;
        Settings settings;
        auto const set = setting.set(settings, value);
        EXPECT_TRUE(set) << setting.name << ": " << set.error().message;
        EXPECT_EQ(setting.show(settings), value);
    }
    EXPECT_EQ(find_setting("log.level")->flag(), "--log-level");
    EXPECT_EQ(find_setting("log.level")->variable(), "DIRECTFANZ_LOG_LEVEL");
    EXPECT_EQ(find_setting("nothing"), nullptr);
}

TEST(SettingsTableTest, TrustedProxiesAreAddressesAndNetworks) {
    Settings settings;
    auto const& setting = *find_setting("trusted_proxies");
    EXPECT_TRUE(setting.set(settings, "10.0.0.0/8 ::1"));
    EXPECT_EQ(setting.show(settings), "10.0.0.0/8, ::1");
    for (auto const* const wrong : {"proxy.example", "10.0.0.0/33", "127.0.0.1:80"}) {
        auto const refused = setting.set(settings, wrong);
        ASSERT_FALSE(refused) << wrong;
        EXPECT_THAT(refused.error().message, HasSubstr(wrong));
    }
    EXPECT_EQ(setting.show(settings), "10.0.0.0/8, ::1");
    EXPECT_TRUE(setting.set(settings, ""));
    EXPECT_EQ(setting.show(settings), "");
}

TEST_F(LoadSettingsTest, APasswordIsNeitherShownNorRepeated) {
    inputs.flags = {
        {"database.url", "postgresql://me:hush-hush@db.example/fans?password=hush-hush"}};
    auto const loaded = load_settings(inputs);
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->settings.database_url,
              "postgresql://me:hush-hush@db.example/fans?password=hush-hush");
    auto const shown = show_config(*loaded);
    EXPECT_THAT(shown, HasSubstr("postgresql://me:***@db.example/fans?password=***"));
    EXPECT_THAT(shown, testing::Not(HasSubstr("hush")));
    for (std::string const wrong : {"mysql://me:hush-hush@db.example",
                                    "postgresql://me:hush-hush@db.example/%zz", "me:hush-hush"}) {
        inputs.flags = {{"database.url", wrong}};
        auto const refused = load_settings(inputs);
        ASSERT_FALSE(refused) << wrong;
        EXPECT_THAT(describe(refused.error()), HasSubstr("postgresql://user:password@host"));
        EXPECT_THAT(describe(refused.error()), testing::Not(HasSubstr("hush")));
    }
}

}  // namespace
}  // namespace directfanz::app
