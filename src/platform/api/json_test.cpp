#include "platform/api/json.hpp"

#include "base/property_test.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

namespace directfanz::api {
namespace {

ErrorKind kind_of_error(std::string_view text) {
    auto const parsed = parse_json(text);
    EXPECT_FALSE(parsed) << text;
    return parsed ? ErrorKind::io : parsed.error().kind;
}

Json of(std::string_view text) {
    auto parsed = parse_json(text);
    EXPECT_TRUE(parsed) << text;
    return parsed ? std::move(*parsed) : Json{};
}

TEST(JsonTest, ReadsValuesOfEveryKind) {
    auto const all = of(R"({"a":[null,true,-5,0.5,"x"],"b":{}})");
    auto const* const object = all.as<Json::Object>();
    ASSERT_NE(object, nullptr);
    ASSERT_EQ(object->size(), 2U);
    EXPECT_EQ((*object)[0].name, "a");
    Json::Array const expected{Json{}, Json{true}, Json{std::int64_t{-5}}, Json{0.5},
                               Json{std::string("x")}};
    EXPECT_EQ((*object)[0].value, Json{expected});
    EXPECT_EQ((*object)[1].value, Json{Json::Object{}});
}

// JSON Schema, Validation, 6.1.1: a number with a zero fraction is an integer.
TEST(JsonTest, AWholeNumberIsAnIntegerHoweverItIsWritten) {
    EXPECT_EQ(of("5.0"), Json{std::int64_t{5}});
    EXPECT_EQ(of("5e2"), Json{std::int64_t{500}});
    EXPECT_EQ(of("-0.0"), Json{std::int64_t{0}});
    EXPECT_EQ(of("9007199254740992"), Json{std::int64_t{1} << 53});
    EXPECT_EQ(of("9007199254740993").as<std::int64_t>(), nullptr);
    EXPECT_EQ(of("-9007199254740993").as<std::int64_t>(), nullptr);
    EXPECT_EQ(of("18446744073709551616").as<std::int64_t>(), nullptr);
    EXPECT_EQ(of("1e300").as<std::int64_t>(), nullptr);
}

TEST(JsonTest, RefusesWhatIsNoJson) {
    for (auto const* const text :
         {"", " ", "{", "}", "{\"a\"}", "[1,]", "{\"a\":1,}", "nul", "'a'", "{a:1}", "01", "+1",
          "NaN", "1e999", "\"\n\"", "// no\n1", "1 2", "\"\\x\"", "\xef\xbb\xbf"}) {
        EXPECT_EQ(kind_of_error(text), ErrorKind::invalid) << text;
    }
}

TEST(JsonTest, RefusesTextThatIsNotUtf8) {
    for (auto const* const text : {"\"\xff\"", "\"\xc3\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"",
                                   "\"\xf4\x90\x80\x80\"", "\"\\ud800\"", "{\"\xff\":1}"}) {
        EXPECT_EQ(kind_of_error(text), ErrorKind::invalid) << text;
    }
    EXPECT_EQ(of("\"\\ud83d\\ude00\""), Json{std::string("\xf0\x9f\x98\x80")});
}

// Which of the two counts would depend on the program that reads it.
TEST(JsonTest, RefusesTwoMembersOfOneName) {
    EXPECT_EQ(kind_of_error(R"({"a":1,"b":2,"a":1})"), ErrorKind::invalid);
    EXPECT_EQ(kind_of_error(R"({"a":1,"\u0061":1})"), ErrorKind::invalid);
    EXPECT_EQ(kind_of_error(R"([{"a":{"b":1,"b":1}}])"), ErrorKind::invalid);
    of(R"([{"a":1},{"a":1}])");
}

TEST(JsonTest, NestsAsDeepAsItsLimitAndNoDeeper) {
    auto const nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    of(nested(kMaxJsonDepth));
    EXPECT_EQ(kind_of_error(nested(kMaxJsonDepth + 1)), ErrorKind::too_large);
    EXPECT_EQ(kind_of_error(std::string(kMaxJsonBytes, '[')), ErrorKind::too_large);
}

TEST(JsonTest, HasRoomForSoManyValuesAndNoMore) {
    auto const list = [](std::size_t count) {
        std::string text = "[0";
        for (std::size_t i = 1; i < count; ++i) text += ",0";
        return text + "]";
    };
    of(list(kMaxJsonValues - 1));
    EXPECT_EQ(kind_of_error(list(kMaxJsonValues)), ErrorKind::too_large);
}

TEST(JsonTest, HasRoomForSoManyMembersAndNoMore) {
    auto const object = [](std::size_t count) {
        std::string text = "{\"0\":0";
        for (std::size_t i = 1; i < count; ++i) text += ",\"" + std::to_string(i) + "\":0";
        return text + "}";
    };
    of(object(kMaxJsonMembers));
    EXPECT_EQ(kind_of_error(object(kMaxJsonMembers + 1)), ErrorKind::too_large);
}

TEST(JsonTest, IsNotReadBeyondItsBytes) {
    auto const text = [](std::size_t size) { return '"' + std::string(size - 2, 'x') + '"'; };
    of(text(kMaxJsonBytes));
    EXPECT_EQ(kind_of_error(text(kMaxJsonBytes + 1)), ErrorKind::too_large);
}

nlohmann::json random_value(testing::Generator& any, int depth) {
    switch (any.number(0, depth > 0 ? 6 : 4)) {
        case 0:
            return nullptr;
        case 1:
            return any.coin();
        case 2:
            return any.number<std::int64_t>(-1000, 1000);
        case 3:
            return std::ldexp(static_cast<double>(any.bits(20)) + 0.5, -any.number(0, 10));
        case 4:
            return std::string(any.number<std::size_t>(0, 5), any.coin() ? '"' : 'a');
        case 5: {
            auto list = nlohmann::json::array();
            for (auto left = any.number(0, 4); left > 0; --left) {
                list.push_back(random_value(any, depth - 1));
            }
            return list;
        }
        default: {
            auto object = nlohmann::json::object();
            for (auto left = any.number(0, 4); left > 0; --left) {
                object[std::to_string(any.number(0, 9))] = random_value(any, depth - 1);
            }
            return object;
        }
    }
}

nlohmann::json back(Json const& json) {
    if (auto const* const flag = json.as<bool>()) return *flag;
    if (auto const* const integer = json.as<std::int64_t>()) return *integer;
    if (auto const* const number = json.as<double>()) return *number;
    if (auto const* const text = json.as<std::string>()) return *text;
    if (auto const* const array = json.as<Json::Array>()) {
        auto list = nlohmann::json::array();
        for (auto const& item : *array) list.push_back(back(item));
        return list;
    }
    if (auto const* const members = json.as<Json::Object>()) {
        auto object = nlohmann::json::object();
        for (auto const& member : *members) object[member.name] = back(member.value);
        return object;
    }
    return nullptr;
}

TEST(JsonTest, WhateverIsWrittenIsReadAsItWas) {
    testing::for_all_seeds([](testing::Generator& any) {
        auto const value = random_value(any, 4);
        EXPECT_EQ(back(of(value.dump())), value) << value.dump();
    });
}

TEST(JsonTest, EveryBeginningOfATextIsRefusedOrWhole) {
    std::string const text = R"({"a":[1,{"b":"\u00e4"}],"c":null})";
    for (std::size_t size = 0; size < text.size(); ++size) {
        EXPECT_FALSE(parse_json(text.substr(0, size))) << size;
    }
    of(text);
}

}  // namespace
}  // namespace directfanz::api
