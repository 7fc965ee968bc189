#include "platform/api/documents.hpp"

#include "platform/api/operation.hpp"
#include "platform/api/problem.hpp"
#include "platform/api/test_support.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace directfanz::api {
namespace {

std::string content_of(std::string const& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST(DocumentsTest, AreTheFilesByteForByte) {
    EXPECT_EQ(contract_json(), content_of("api/openapi.json"));
    EXPECT_EQ(contract_yaml(), content_of("api/openapi.yaml"));
}

TEST(DocumentsTest, HaveTheOperationsThatTheServerHas) {
    std::set<std::string> told;
    auto const contract = nlohmann::json::parse(contract_json());
    for (auto const& item : contract.at("paths")) {
        for (auto const& operation : item) {
            if (operation.is_object()) told.insert(operation.at("operationId"));
        }
    }
    std::set<std::string> known;
    for (auto const& operation : operations()) known.emplace(operation.id);
    EXPECT_EQ(told, known);
}

TEST(DocumentsTest, HaveTheNamesOfRolesScopesAndCodes) {
    auto const schemas = nlohmann::json::parse(contract_json()).at("components").at("schemas");
    for (std::string const name : schemas.at("Role").at("enum")) EXPECT_TRUE(parse_role(name));
    for (std::string const name : schemas.at("Scope").at("enum")) EXPECT_TRUE(parse_scope(name));
    std::set<std::string> codes;
    for (int i = 0; i <= static_cast<int>(Code::weak); ++i) {
        codes.emplace(to_string(static_cast<Code>(i)));
    }
    auto const& told = schemas.at("FieldError").at("properties").at("code").at("enum");
    EXPECT_EQ(codes, std::set<std::string>(told.begin(), told.end()));
}

TEST(DocumentsTest, AreServedPackedToWhoUnpacks) {
    http::Router router;
    add_documents(router);
    for (auto const* const path : {"/api/openapi.json", "/api/openapi.yaml"}) {
        http::Request request;
        request.path = path;
        auto const plain = run_task(router.route(request));
        EXPECT_EQ(plain.status, 200U);
        EXPECT_FALSE(plain.headers.contains("Content-Encoding"));
        request.headers.add("Accept-Encoding", "gzip");
        auto const packed = run_task(router.route(request));
        EXPECT_EQ(packed.headers.get("Content-Encoding"), "gzip");
        EXPECT_LT(packed.body_size(), plain.body_size() / 3);
        EXPECT_NE(packed.headers.get("ETag"), plain.headers.get("ETag"));
        EXPECT_EQ(packed.headers.get("Access-Control-Allow-Origin"), "*");
    }
}

}  // namespace
}  // namespace directfanz::api
