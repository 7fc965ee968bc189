#include "platform/api/problem.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace directfanz::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string text_of(http::Response const& response) {
    std::string text;
    for (auto const& blob : response.body) text += blob.text();
    return text;
}

// RFC 9457, 3.1, and 4.2.1 for about:blank.
TEST(ProblemTest, IsAProblemDocument) {
    auto const response = respond({.status = 404, .detail = "There is no such stream."});
    EXPECT_EQ(response.status, 404U);
    EXPECT_EQ(response.headers.get("Content-Type"), "application/problem+json");
    EXPECT_EQ(text_of(response), R"({"type":"about:blank","title":"Not Found","status":404,)"
                                 R"("detail":"There is no such stream."})");
}

TEST(ProblemTest, HasANameWhereAPageActsOnIt) {
    auto const response =
        respond({.status = 401, .detail = "A code.", .name = "second-factor-required"});
    EXPECT_THAT(text_of(response), HasSubstr(R"("type":"/problems/second-factor-required")"));
}

TEST(ProblemTest, ListsItsFields) {
    auto const document = nlohmann::json::parse(
        text_of(field_problem({"/handle", Code::taken, "Somebody has this handle."})));
    EXPECT_EQ(document["status"], 422);
    EXPECT_EQ(document["title"], "Unprocessable Content");
    EXPECT_EQ(document["detail"], "Somebody has this handle.");
    EXPECT_EQ(document["errors"], nlohmann::json::parse(R"([{"field":"/handle","code":"taken",
              "message":"Somebody has this handle."}])"));
}

TEST(ProblemTest, StaysJsonWhateverIsInIt) {
    auto const response = respond({.status = 400, .detail = "\xff\"\n"});
    EXPECT_TRUE(nlohmann::json::accept(text_of(response)));
}

TEST(ProblemTest, TellsWhatTheCallerHasCaused) {
    for (auto const [kind, status] : {std::pair{ErrorKind::invalid, 400U},
                                      {ErrorKind::denied, 403U},
                                      {ErrorKind::not_found, 404U},
                                      {ErrorKind::conflict, 409U},
                                      {ErrorKind::too_large, 413U},
                                      {ErrorKind::unsupported, 415U}}) {
        auto const response = respond(Error{kind, "here", "What to do."}, "getStream", 1);
        EXPECT_EQ(response.status, status);
        EXPECT_THAT(text_of(response), HasSubstr("What to do."));
    }
}

TEST(ProblemTest, KeepsToItselfWhatOnlyItsOperatorCanMend) {
    for (auto const [kind, status] : {std::pair{ErrorKind::io, 500U},
                                      {ErrorKind::unavailable, 503U},
                                      {ErrorKind::timeout, 503U},
                                      {ErrorKind::closed, 503U}}) {
        auto const response = respond(Error{kind, "database", "/var/lib is full"}, "getStream", 1);
        EXPECT_EQ(response.status, status);
        EXPECT_THAT(text_of(response), Not(HasSubstr("/var/lib")));
        EXPECT_EQ(response.headers.contains("Retry-After"), status == 503);
    }
}

TEST(ProblemTest, EveryCodeHasItsNameInTheContract) {
    EXPECT_EQ(to_string(Code::required), "required");
    EXPECT_EQ(to_string(Code::too_many), "too_many");
    EXPECT_EQ(to_string(Code::mismatch), "mismatch");
    EXPECT_EQ(to_string(Code::weak), "weak");
}

}  // namespace
}  // namespace directfanz::api
