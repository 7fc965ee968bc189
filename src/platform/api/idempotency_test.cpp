#include "platform/api/idempotency.hpp"

#include "base/digest.hpp"
#include "platform/api/problem.hpp"
#include "platform/api/test_support.hpp"

#include <thread>

#include <gmock/gmock.h>

namespace directfanz::api {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class IdempotencyTest : public db::OnEveryDatabase {
  protected:
    IdempotencyTest() {
        auto const migrated = db::migrate(*database, schema::migrations());
        if (!migrated) throw std::runtime_error(describe(migrated.error()));
    }

    Idempotency::Begun begin(std::string const& key, std::string const& body = "{}",
                             std::string const& account = "anna",
                             std::string_view operation = "createStream") {
        return run_task(idempotency.begin(AccountId(account), operation, key, body, WallTime(now)))
            .value();
    }

    Idempotency::Ticket ticket(Idempotency::Begun begun) {
        return std::get<Idempotency::Ticket>(std::move(begun));
    }

    static io::Task<int> finished(Idempotency& idempotency, Idempotency::Ticket ticket,
                                  http::Response const& response) {
        co_await idempotency.finish(std::move(ticket), response);
        co_return 0;
    }

    void finish(Idempotency::Begun begun, http::Response const& response) {
        run_task(finished(idempotency, ticket(std::move(begun)), response));
    }

    static unsigned refusal(Idempotency::Begun const& begun) {
        auto const* const response = std::get_if<http::Response>(&begun);
        return response == nullptr ? 0 : response->status;
    }

    static http::Response created(std::string text) {
        auto response = json_response(std::move(text), 201);
        response.headers.add("ETag", "\"1\"");
        response.headers.add("Location", "/api/v1/studio/streams/x");
        response.headers.add("RateLimit-Remaining", "5");
        return response;
    }

    std::vector<db::Row> rows() {
        auto const connection = database->acquire();
        return (*connection)->query("SELECT * FROM idempotency_keys").value();
    }

    std::unique_ptr<db::Database> database = test_database.open();
    io::BlockingPool blocking{2};
    Idempotency idempotency{*database, blocking};
    milliseconds now = std::chrono::hours(500'000);
};

ON_EVERY_DATABASE(IdempotencyTest);

TEST_P(IdempotencyTest, TheSameRequestGetsTheSameAnswer) {
    finish(begin("k"), created(R"({"key":"s3cret"})"));
    auto const again = begin("k");
    ASSERT_EQ(refusal(again), 201U);
    auto const& answer = std::get<http::Response>(again);
    EXPECT_EQ(TestApi::text_of(answer), R"({"key":"s3cret"})");
    EXPECT_EQ(answer.headers.get("Content-Type"), "application/json");
    EXPECT_EQ(answer.headers.get("ETag"), "\"1\"");
    EXPECT_EQ(answer.headers.get("Location"), "/api/v1/studio/streams/x");
    EXPECT_FALSE(answer.headers.contains("RateLimit-Remaining")) << "that is another one by now";
}

TEST_P(IdempotencyTest, WhatIsKeptOfARequestCannotBeGuessedWithoutItsKey) {
    constexpr auto const* body = R"({"password":"s3cret"})";
    for (auto const* const key : {"k1", "k2"}) finish(begin(key, body), created("{}"));
    auto const kept = rows();
    ASSERT_EQ(kept.size(), 2U);
    auto const request_hash = [&kept](std::size_t row) { return kept[row].text(2); };
    EXPECT_NE(request_hash(0), request_hash(1)) << "the same body";
    EXPECT_NE(request_hash(0), to_hex(sha256(as_bytes(std::string_view(body)))));
}

TEST_P(IdempotencyTest, AnAnswerWithoutABodyComesBackWithoutOne) {
    finish(begin("k"), done());
    auto const again = begin("k");
    ASSERT_EQ(refusal(again), 204U);
    EXPECT_EQ(std::get<http::Response>(again).body_size(), 0U);
}

TEST_P(IdempotencyTest, AnotherRequestByTheSameKeyIsRefused) {
    finish(begin("k", "{}"), created("{}"));
    EXPECT_EQ(refusal(begin("k", "{ }")), 422U);
    auto const under_way = begin("k2", "{}");
    EXPECT_EQ(refusal(begin("k2", "{ }")), 422U);
}

TEST_P(IdempotencyTest, ASecondOneMeanwhileIsRefusedUntilTheFirstIsAnswered) {
    auto first = begin("k");
    EXPECT_EQ(refusal(begin("k")), 409U);
    finish(std::move(first), created("{}"));
    EXPECT_EQ(refusal(begin("k")), 201U);
}

TEST_P(IdempotencyTest, WhatFailedMayBeTriedAgain) {
    for (auto const status : {400U, 409U, 422U, 429U, 500U}) {
        finish(begin("k"), respond({.status = status, .detail = "No."}));
        EXPECT_EQ(rows().size(), 0U);
        auto next = begin("k");
        EXPECT_EQ(refusal(next), 0U) << status;
        finish(std::move(next), respond({.status = status, .detail = "No."}));
    }
}

TEST_P(IdempotencyTest, WhatThrewMayBeTriedAgain) {
    idempotency.forget(ticket(begin("k")));
    auto const deadline = steady_now() + seconds(30);
    while (!rows().empty() && steady_now() < deadline) std::this_thread::yield();
    EXPECT_EQ(refusal(begin("k")), 0U);
}

TEST_P(IdempotencyTest, KeysAreAnAccountsAndAnOperationsOwn) {
    finish(begin("k"), created("{}"));
    EXPECT_EQ(refusal(begin("k", "{}", "bert")), 0U);
    EXPECT_EQ(refusal(begin("k", "{}", "anna", "createToken")), 0U);
    EXPECT_EQ(refusal(begin("k2")), 0U);
}

TEST_P(IdempotencyTest, IsForgottenAfterADay) {
    finish(begin("k"), created("{}"));
    now += Idempotency::kKeep;
    EXPECT_EQ(refusal(begin("k")), 201U);
    now += milliseconds(1);
    EXPECT_EQ(refusal(begin("k")), 0U);
    EXPECT_EQ(rows().size(), 1U) << "the old one is gone";
}

TEST_P(IdempotencyTest, AProcessThatDiedMeanwhileHoldsNothingUpForLong) {
    auto const lost = begin("k");
    now += Idempotency::kUnderWay;
    EXPECT_EQ(refusal(begin("k")), 409U);
    now += milliseconds(1);
    EXPECT_EQ(refusal(begin("k")), 0U);
    EXPECT_EQ(refusal(begin("k")), 409U) << "another one has begun";
}

// The answer may hold a stream key or a token, which nobody is shown twice.
TEST_P(IdempotencyTest, TheDatabaseTellsNeitherKeyNorAnswer) {
    finish(begin("key-of-anna", R"({"title":"t1tle"})"), created(R"({"key":"s3cret"})"));
    auto const kept = rows();
    ASSERT_EQ(kept.size(), 1U);
    for (std::size_t column = 0; column < kept[0].size(); ++column) {
        auto const text = column == 3 || column == 5 ? "" : kept[0].text(column);
        for (auto const* const secret : {"s3cret", "t1tle", "key-of-anna"}) {
            EXPECT_THAT(text, Not(HasSubstr(secret)));
        }
    }
}

TEST_P(IdempotencyTest, SaysWhenTheDatabaseFails) {
    {
        auto const connection = database->acquire();
        ASSERT_TRUE((*connection)->script("DROP TABLE idempotency_keys"));
    }
    EXPECT_FALSE(
        run_task(idempotency.begin(AccountId("anna"), "createStream", "k", "{}", WallTime(now))));
}

}  // namespace
}  // namespace directfanz::api
