#include "platform/api/readers.hpp"

#include "base/property_test.hpp"

#include <gmock/gmock.h>

namespace directfanz::api {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// What a reader makes of a JSON text, and what it says of it.
template <typename Reader>
struct Reading {
    typename Reader::Value value{};
    FieldErrors errors;

    Code code() const {
        EXPECT_EQ(errors.size(), 1U);
        return errors.empty() ? Code::unknown : errors.front().code;
    }
};

template <typename Reader>
Reading<Reader> read(Reader const& reader, std::string_view json) {
    auto const parsed = parse_json(json);
    EXPECT_TRUE(parsed) << json;
    Reading<Reader> reading;
    reading.value = reader.read(*parsed, {.errors = &reading.errors, .pointer = "/it"});
    return reading;
}

TEST(ReadersTest, ALineIsCutOffItsBlanks) {
    auto const reading = read(Text{.least = 1, .most = 5}, R"("\t abc \n")");
    EXPECT_THAT(reading.errors, IsEmpty());
    EXPECT_EQ(reading.value, "abc");
}

TEST(ReadersTest, ATextSaysHowLongItHasToBe) {
    Text const text{.least = 2, .most = 4};
    EXPECT_EQ(read(text, R"("a")").code(), Code::too_short);
    EXPECT_EQ(read(text, R"("  a  ")").code(), Code::too_short);
    EXPECT_EQ(read(text, R"("abcde")").code(), Code::too_long);
    EXPECT_THAT(read(text, R"("ab")").errors, IsEmpty());
    EXPECT_THAT(read(text, R"("abcd")").errors, IsEmpty());
    auto const error = read(text, R"("abcde")").errors.at(0);
    EXPECT_EQ(error.limit, 4);
    EXPECT_EQ(error.field, "/it");
    EXPECT_EQ(read(text, R"("a")").errors.at(0).limit, 2);
}

TEST(ReadersTest, LengthCountsCharactersAndNoBytes) {
    EXPECT_THAT(read(Text{.least = 4, .most = 4}, "\"äöü☀\"").errors, IsEmpty());
    EXPECT_THAT(read(Text{.most = 1}, R"("\ud83d\ude00")").errors, IsEmpty());
    EXPECT_EQ(read(Text{.most = 3}, "\"äöü☀\"").code(), Code::too_long);
}

TEST(ReadersTest, ALineHasNoControlCharacters) {
    for (auto const* const json : {R"("a\nb")", R"("a\tb")", R"("a\u0000b")", R"("a\u001bb")",
                                   R"("a\u007fb")", R"("a\u0080b")", R"("a\u009fb")"}) {
        EXPECT_EQ(read(Text{}, json).code(), Code::format) << json;
    }
    EXPECT_THAT(read(Text{}, R"("a\u00a0b\u00ff")").errors, IsEmpty());
}

TEST(ReadersTest, ATextOfSeveralLinesEndsThemInOneWay) {
    Text const text{.kind = TextKind::text};
    EXPECT_EQ(read(text, R"("a\r\nb\rc\n\td\r\r\n")").value, "a\nb\nc\n\td");
    EXPECT_EQ(read(text, R"("a\u0007b")").code(), Code::format);
}

TEST(ReadersTest, ASecretStaysAsItWasSent) {
    Text const secret{.least = 1, .kind = TextKind::secret};
    EXPECT_EQ(read(secret, R"(" a\r\n\t ")").value, " a\r\n\t ");
    EXPECT_EQ(read(secret, R"("a\u0000")").code(), Code::format);
    EXPECT_EQ(read(secret, R"("")").code(), Code::too_short);
}

TEST(ReadersTest, ATextCanBeAskedForALook) {
    Text const text{.format = [](std::string_view taken) { return taken == "yes"; },
                    .expected = "Say yes."};
    EXPECT_EQ(read(text, R"(" yes ")").value, "yes");
    auto const refused = read(text, R"("no")");
    EXPECT_EQ(refused.code(), Code::format);
    EXPECT_EQ(refused.errors.front().message, "Say yes.");
}

TEST(ReadersTest, NothingIsTakenForAnotherType) {
    for (auto const* const json : {"null", "true", "1", "1.5", "[]", "{}"}) {
        EXPECT_EQ(read(Text{}, json).code(), Code::type) << json;
    }
    for (auto const* const json : {"null", "true", "1.5", "\"1\"", "[]", "{}", "1e300"}) {
        EXPECT_EQ(read(Integer{}, json).code(), Code::type) << json;
    }
    for (auto const* const json : {"null", "1", "\"true\"", "[]", "{}"}) {
        EXPECT_EQ(read(Boolean{}, json).code(), Code::type) << json;
    }
    for (auto const* const json : {"null", "1", "\"[]\"", "{}"}) {
        EXPECT_EQ(read(ListOf<Boolean>{}, json).code(), Code::type) << json;
    }
    EXPECT_EQ(read(Moment{}, "5").code(), Code::type);
}

TEST(ReadersTest, AnIntegerKeepsItsBounds) {
    Integer const number{.least = -1, .most = 600};
    EXPECT_EQ(read(number, "-1").value, -1);
    EXPECT_EQ(read(number, "600.0").value, 600);
    EXPECT_EQ(read(number, "-2").code(), Code::too_small);
    EXPECT_EQ(read(number, "601").code(), Code::too_large);
    EXPECT_EQ(read(number, "601").errors.front().limit, 600);
    EXPECT_EQ(read(number, "-2").errors.front().limit, -1);
}

TEST(ReadersTest, AChoiceIsOneOfItsNames) {
    enum class Size { small, large };
    constexpr std::string_view kSizes[] = {"small", "large"};
    OneOf<Size> const size{kSizes};
    EXPECT_EQ(read(size, R"("large")").value, Size::large);
    EXPECT_EQ(read(size, R"("Large")").code(), Code::choice);
    EXPECT_EQ(read(size, "1").code(), Code::type);
    EXPECT_EQ(read(size, R"("medium")").errors.front().message,
              "This has to be one of: small, large.");
}

TEST(ReadersTest, AListSaysWhichOfItsEntriesIsWrong) {
    ListOf<Text> const list{.item = {.least = 1}};
    auto const reading = read(list, R"(["a",5,""])");
    ASSERT_EQ(reading.errors.size(), 2U);
    EXPECT_EQ(reading.errors[0].field, "/it/1");
    EXPECT_EQ(reading.errors[0].code, Code::type);
    EXPECT_EQ(reading.errors[1].field, "/it/2");
    EXPECT_EQ(reading.errors[1].code, Code::too_short);
}

TEST(ReadersTest, AListHasASize) {
    ListOf<Boolean> const list{.item = {}, .least = 1, .most = 2};
    EXPECT_EQ(read(list, "[]").code(), Code::too_short);
    EXPECT_EQ(read(list, "[true,false,true]").code(), Code::too_many);
    EXPECT_EQ(read(list, "[true,false,true]").errors.front().limit, 2);
    EXPECT_THAT(read(list, "[true,false]").value, ElementsAre(true, false));
}

TEST(ReadersTest, AListOfDifferentOnesSaysWhichIsThereTwice) {
    ListOf<Text> const list{.item = {}, .unique = true};
    auto const reading = read(list, R"(["a","b"," a "])");
    EXPECT_EQ(reading.code(), Code::taken);
    EXPECT_EQ(reading.errors.front().field, "/it/2");
}

TEST(ReadersTest, ObjectsInsideSayWhatIsWrongByTheirPlace) {
    auto const size = [](Fields& fields) { return fields.required("height", Integer{.most = 9}); };
    ListOf<ObjectOf<decltype(size)>> const list{.item = {size}};
    auto const reading = read(list, R"([{"height":1},{"height":10,"a/b~c":1},{},3])");
    ASSERT_EQ(reading.errors.size(), 4U);
    EXPECT_EQ(reading.errors[0].field, "/it/1/height");
    EXPECT_EQ(reading.errors[1].field, "/it/1/a~1b~0c");
    EXPECT_EQ(reading.errors[1].code, Code::unknown);
    EXPECT_EQ(reading.errors[2].field, "/it/2/height");
    EXPECT_EQ(reading.errors[2].code, Code::required);
    EXPECT_EQ(reading.errors[3].field, "/it/3");
    EXPECT_EQ(reading.errors[3].code, Code::type);
}

// RFC 3339, 5.8.
TEST(ReadersTest, ATimeIsReadInEveryOffset) {
    auto const expected = parse_time("1985-04-12T23:20:50.520Z");
    ASSERT_TRUE(expected);
    EXPECT_EQ(to_iso8601(*expected), "1985-04-12T23:20:50.520Z");
    EXPECT_EQ(parse_time("1985-04-12T23:20:50.52Z"), expected);
    EXPECT_EQ(parse_time("1985-04-12t23:20:50.5209999z"), expected);
    EXPECT_EQ(parse_time("1985-04-13T01:50:50.52+02:30"), expected);
    EXPECT_EQ(parse_time("1985-04-12T15:20:50.52-08:00"), expected);
    EXPECT_EQ(to_iso8601(*parse_time("1990-12-31T23:59:60Z")), "1991-01-01T00:00:00.000Z");
    EXPECT_EQ(to_iso8601(*parse_time("2261-12-31T23:59:59-23:59")), "2262-01-01T23:58:59.000Z");
    EXPECT_EQ(to_iso8601(*parse_time("1678-01-01T00:00:00+23:59")), "1677-12-31T00:01:00.000Z");
}

TEST(ReadersTest, RefusesTimesThatAreNone) {
    for (auto const* const text : {"",
                                   "2026",
                                   "2026-01-31",
                                   "2026-01-31T12:34",
                                   "2026-01-31T12:34:56",
                                   "2026-02-30T00:00:00Z",
                                   "2026-13-01T00:00:00Z",
                                   "2026-00-01T00:00:00Z",
                                   "2026-01-00T00:00:00Z",
                                   "2026-01-31T24:00:00Z",
                                   "2026-01-31T12:60:00Z",
                                   "2026-01-31T12:34:61Z",
                                   "2026-01-31T12:34:56.Z",
                                   "2026-01-31T12:34:56Z ",
                                   "2026-01-31T12:34:56+0100",
                                   "2026-01-31T12:34:56+24:00",
                                   "2026-01-31T12:34:56+01:60",
                                   "+026-01-31T12:34:56Z",
                                   "8010-12-31T23:59:59Z",
                                   "1677-12-31T23:59:59Z"}) {
        EXPECT_EQ(parse_time(text), std::nullopt) << text;
    }
    EXPECT_EQ(read(Moment{}, R"("tomorrow")").code(), Code::format);
}

TEST(ReadersTest, EveryTimeThatIsWrittenIsReadAgain) {
    testing::for_all_seeds([](testing::Generator& any) {
        WallTime const time{milliseconds(any.number<std::int64_t>(0, 4'102'444'800'000))};
        EXPECT_EQ(parse_time(to_iso8601(time)), time);
    });
}

}  // namespace
}  // namespace directfanz::api
