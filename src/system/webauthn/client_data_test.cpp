#include "system/webauthn/client_data.hpp"

#include <string>

#include <gtest/gtest.h>

namespace directfanz::webauthn {
namespace {

TEST(ClientDataTest, IsReadAsBrowsersWriteIt) {
    auto const data = parse_client_data(
        R"({"type":"webauthn.get","challenge":"AAEC","origin":"https://fans.example","crossOrigin":true,)"
        R"("other_keys_can_be_added_here":"do not compare"})");
    ASSERT_TRUE(data);
    EXPECT_EQ(data->type, "webauthn.get");
    EXPECT_EQ(data->challenge, "AAEC");
    EXPECT_EQ(data->origin, "https://fans.example");
    EXPECT_TRUE(data->cross_origin);
}

TEST(ClientDataTest, WithoutAWordOfFramesThereIsNone) {
    auto const data = parse_client_data(R"({"type":"t","challenge":"c","origin":"o"})");
    ASSERT_TRUE(data);
    EXPECT_FALSE(data->cross_origin);
}

TEST(ClientDataTest, WhatBreaksTheFormatIsRefused) {
    for (auto const* const json :
         {"", "{", "[]", "null", "5", R"({"challenge":"c","origin":"o"})",
          R"({"type":"t","origin":"o"})", R"({"type":"t","challenge":"c"})",
          R"({"type":1,"challenge":"c","origin":"o"})",
          R"({"type":"t","challenge":["c"],"origin":"o"})",
          R"({"type":"t","challenge":"c","origin":null})",
          R"({"type":"t","challenge":"c","origin":"o","crossOrigin":"true"})",
          R"({"type":"t","challenge":"c","origin":"o"} more)",
          "{\"type\":\"\xff\",\"challenge\":\"c\",\"origin\":\"o\"}"}) {
        auto const data = parse_client_data(json);
        ASSERT_FALSE(data) << json;
        EXPECT_EQ(data.error().kind, ErrorKind::invalid) << json;
    }
}

TEST(ClientDataTest, HasALimit) {
    std::string const head = R"({"type":"t","challenge":"c","origin":"o","x":")";
    auto const fill = [&](std::size_t size) {
        return head + std::string(size - head.size() - 2, 'x') + "\"}";
    };
    EXPECT_TRUE(parse_client_data(fill(kMaxClientData)));
    auto const more = parse_client_data(fill(kMaxClientData + 1));
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().kind, ErrorKind::too_large);
}

TEST(ClientDataTest, DeepNestingIsNoDanger) {
    EXPECT_FALSE(parse_client_data(std::string(kMaxClientData, '[')));
}

}  // namespace
}  // namespace directfanz::webauthn
