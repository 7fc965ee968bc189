#include "base/log.hpp"

#include "base/property_test.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace directfanz::log {
namespace {

using directfanz::testing::for_all_seeds;
using directfanz::testing::Generator;

constexpr auto kTime = "2026-01-31T12:34:56.789Z";

std::string text(std::initializer_list<Field> fields, Context const& context = {}) {
    return render(Format::text, kTime, Level::info, "started", fields, context);
}

nlohmann::json json(std::initializer_list<Field> fields, Context const& context = {}) {
    return nlohmann::json::parse(
        render(Format::json, kTime, Level::warning, "started", fields, context));
}

TEST(Log, WritesTimeLevelEventAndFields) {
    EXPECT_EQ(text({{"stream", "s1"}, {"connection", 7}}),
              "2026-01-31T12:34:56.789Z info    started stream=s1 connection=7");
}

TEST(Log, PutsTheContextFirst) {
    EXPECT_EQ(text({{"bytes", 12U}}, {{"stream", "s1"}}),
              "2026-01-31T12:34:56.789Z info    started stream=s1 bytes=12");
}

TEST(Log, NamesEveryLevel) {
    for (auto const& [level, name] :
         std::vector<std::pair<Level, std::string>>{{Level::debug, "debug"},
                                                    {Level::info, "info"},
                                                    {Level::warning, "warning"},
                                                    {Level::error, "error"}}) {
        auto const line = render(Format::text, kTime, level, "e", {}, {});
        EXPECT_NE(line.find(" " + name + " "), std::string::npos) << line;
    }
}

TEST(Log, QuotesWhatIsNoPlainWord) {
    EXPECT_EQ(text({{"encoder", "OBS 30"}}),
              "2026-01-31T12:34:56.789Z info    started encoder=\"OBS 30\"");
    EXPECT_EQ(text({{"encoder", ""}}), "2026-01-31T12:34:56.789Z info    started encoder=\"\"");
    EXPECT_EQ(text({{"encoder", "a=b"}}),
              "2026-01-31T12:34:56.789Z info    started encoder=\"a=b\"");
}

TEST(Log, EscapesLineBreaksSoThatAnEventStaysOneLine) {
    auto const line = text({{"encoder", "x\n2026 error forged \"event\"\r\\\x1b[31m"}});
    EXPECT_EQ(line,
              "2026-01-31T12:34:56.789Z info    started "
              "encoder=\"x\\n2026 error forged \\\"event\\\"\\r\\\\\\u001b[31m\"");
}

TEST(Log, EscapesControlsThatJsonWouldLetThrough) {
    EXPECT_EQ(text({{"encoder", "\x7f \xc2\x9b caf\xc3\xa9"}}),
              "2026-01-31T12:34:56.789Z info    started "
              "encoder=\"\\u007f \\u009b caf\xc3\xa9\"");
}

TEST(Log, WritesJsonWithTheValuesAsTheyAre) {
    auto const line = json({{"encoder", "a \"b\"\n"}, {"count", 3}}, {{"stream", "s1"}});
    EXPECT_EQ(line["time"], kTime);
    EXPECT_EQ(line["level"], "warning");
    EXPECT_EQ(line["event"], "started");
    EXPECT_EQ(line["stream"], "s1");
    EXPECT_EQ(line["encoder"], "a \"b\"\n");
    EXPECT_EQ(line["count"], "3");
}

TEST(Log, AnyBytesOfAPeerGiveOneParsableLine) {
    for_all_seeds([](Generator& any) {
        auto const bytes = any.bytes(60);
        Field const field("encoder", as_text(bytes));
        auto const text_line = render(Format::text, kTime, Level::info, "e", {field}, {});
        auto const json_line = render(Format::json, kTime, Level::info, "e", {field}, {});
        for (auto const& line : {text_line, json_line}) {
            for (auto const c : line) {
                auto const byte = static_cast<unsigned char>(c);
                EXPECT_TRUE(byte >= ' ' && byte != 0x7F) << "byte " << int{byte} << " is raw";
            }
        }
        EXPECT_TRUE(nlohmann::json::accept(json_line)) << json_line;
    });
}

}  // namespace
}  // namespace directfanz::log
