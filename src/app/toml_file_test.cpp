#include "app/toml_file.hpp"

#include "system/db/test_folder.hpp"

#include <fstream>
#include <string_view>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::app {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class TomlFileTest : public testing::Test {
  protected:
    auto read(std::string_view toml) const {
        std::ofstream(file, std::ios::binary | std::ios::trunc) << toml;
        return read_toml_file(file);
    }

    /// The error behind the file's name, or nothing.
    std::string refusal(std::string_view toml) const {
        auto const values = read(toml);
        if (values) return "";
        EXPECT_EQ(values.error().kind, ErrorKind::invalid);
        auto const& text = values.error().message;
        EXPECT_THAT(text, StartsWith(file.string() + ":"));
        return text.substr(file.string().size());
    }

    TestFolder folder;
    std::filesystem::path file = folder / "test.toml";
};

TEST_F(TomlFileTest, NamesValuesByTheirTablesAndLines) {
    auto const values = read("grace = \"60s\"\n\n[log]\nlevel = 'info'\n\n[a.b]\nc = -7\n");
    ASSERT_TRUE(values);
    std::vector<std::tuple<std::string, std::string, std::size_t>> seen;
    for (auto const& value : *values) seen.emplace_back(value.name, value.text, value.line);
    EXPECT_EQ(seen,
              (decltype(seen){{"grace", "60s", 1}, {"log.level", "info", 4}, {"a.b.c", "-7", 7}}));
}

TEST_F(TomlFileTest, ReadsValuesInTheOrderOfTheirLinesWhateverTheirNames) {
    auto const values = read("z = 1\nm = 2\na = 3\n");
    ASSERT_TRUE(values);
    std::string order;
    for (auto const& value : *values) order += value.name;
    EXPECT_EQ(order, "zma");
}

TEST_F(TomlFileTest, TakesAnInlineTableForATable) {
    auto const values = read("log = { level = \"debug\" }\n");
    ASSERT_TRUE(values);
    ASSERT_EQ(values->size(), 1U);
    EXPECT_EQ(values->front().name, "log.level");
}

TEST_F(TomlFileTest, AnEmptyFileHasNoValues) {
    auto const values = read("# nothing but a comment\n");
    ASSERT_TRUE(values);
    EXPECT_TRUE(values->empty());
}

TEST_F(TomlFileTest, RefusesOtherKindsOfValuesByNameAndLine) {
    for (auto const* const value : {"1.5", "true", "1979-05-27", "[1, 2]", "12:00:00"}) {
        EXPECT_EQ(refusal(std::string("\n[log]\nlevel = ") + value + "\n"),
                  ":3: 'log.level' has to be text in quotes or a whole number")
            << value;
    }
}

TEST_F(TomlFileTest, NamesTheLineOfASyntaxError) {
    EXPECT_THAT(refusal("a = 1\nb = \n"), StartsWith(":2: "));
    EXPECT_THAT(refusal("a = 1\n\na = 2\n"), StartsWith(":3: "));
    EXPECT_THAT(refusal("a = \"\xff\"\n"), StartsWith(":1: "));
}

TEST_F(TomlFileTest, RefusesAFileThatIsTooLarge) {
    std::string const most = "#" + std::string(kMaxConfigSize - 1, ' ');
    EXPECT_TRUE(read(most));
    EXPECT_EQ(refusal(most + " "), ":1: the file is larger than 1 MiB");
}

TEST_F(TomlFileTest, SaysWhichFileItCannotRead) {
    for (auto const& missing : {folder / "none.toml", folder.path()}) {
        auto const values = read_toml_file(missing);
        ASSERT_FALSE(values) << missing;
        EXPECT_EQ(values.error().kind, ErrorKind::not_found);
        EXPECT_THAT(values.error().message, HasSubstr(missing.string()));
    }
}

}  // namespace
}  // namespace directfanz::app
