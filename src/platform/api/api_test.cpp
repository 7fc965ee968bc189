#include "platform/api/api.hpp"

#include "platform/api/body.hpp"
#include "platform/api/problem.hpp"
#include "platform/api/test_support.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace directfanz::api {
namespace {

using http::Method;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

/// Handlers that remember what they were asked.
class Routes {
  public:
    io::Task<Result<http::Response>> count(Call const& call) {
        ++calls;
        caller = call.caller;
        co_return json_response(R"({"calls":)" + std::to_string(calls) + "}", 201);
    }
    io::Task<Result<http::Response>> path(Call const& call) {
        co_return json_response(call.parameter("webhook") + "/" + call.parameter("delivery"));
    }
    io::Task<Result<http::Response>> fail(Call const& /*call*/) {
        ++calls;
        co_return std::unexpected(failure);
    }
    io::Task<Result<http::Response>> throws(Call const& /*call*/) {
        ++calls;
        throw std::runtime_error("a fault");
        co_return done();
    }
    io::Task<Result<http::Response>> answer(Call const& call) {
        ++calls;
        call.guessed = guessed;
        co_return respond({.status = status, .detail = "As told."});
    }

    int calls = 0;
    unsigned status = 401;
    bool guessed = true;
    Caller caller;
    Error failure{ErrorKind::not_found, "here", "There is no such thing."};
};

class ApiTest : public testing::Test {
  protected:
    nlohmann::json document(http::Response const& response) {
        return nlohmann::json::parse(TestApi::text_of(response));
    }

    http::Response create(std::string body = R"({"title":"x"})", std::string const& key = "") {
        auto request = test.request(Method::post, "/api/v1/studio/streams", std::move(body));
        if (!key.empty()) request.headers.add("Idempotency-Key", key);
        return test.ask(request);
    }

    http::Response sign_in() {
        return test.ask(test.request(Method::post, "/api/v1/session", "{}"));
    }

    TestApi test;
    Routes routes;
};

TEST_F(ApiTest, AnswersWhatHasAHandlerAndNamesWhatHasNone) {
    EXPECT_EQ(test.api.missing().size(), operations().size());
    test.api.on("listCategories", routes, &Routes::count);
    EXPECT_EQ(test.api.missing().size(), operations().size() - 1);
    EXPECT_THAT(test.api.missing(), Not(Contains("listCategories")));
    EXPECT_EQ(test.ask(test.request(Method::get, "/api/v1/categories")).status, 201U);
    EXPECT_EQ(test.ask(test.request(Method::get, "/api/v1/streams")).status, 404U);
    EXPECT_EQ(test.ask(test.request(Method::post, "/api/v1/categories")).status, 405U);
}

TEST_F(ApiTest, KnowsTheContractAlone) {
    test.api.on("listCategories", routes, &Routes::count);
    EXPECT_THROW(test.api.on("listCategories", routes, &Routes::count), std::logic_error);
    EXPECT_THROW(test.api.on("listEverything", routes, &Routes::count), std::logic_error);
}

TEST_F(ApiTest, GivesItsHandlersTheirParametersByName) {
    test.authenticator.caller = signed_in("a");
    test.api.on("resendDelivery", routes, &Routes::path);
    auto const response =
        test.ask(test.request(Method::post, "/api/v1/webhooks/one/deliveries/two/resend"));
    EXPECT_EQ(TestApi::text_of(response), "one/two");
    auto const& operation = *find_operation("resendDelivery");
    http::Request const request;
    http::PathParameters const parameters{"one", "two"};
    Caller const caller;
    Call const call{operation, request, parameters, caller};
    EXPECT_THROW(call.parameter("stream"), std::logic_error);
}

TEST_F(ApiTest, AnErrorBecomesAProblem) {
    test.api.on("getStream", routes, &Routes::fail);
    auto const response = test.ask(test.request(Method::get, "/api/v1/streams/x"));
    EXPECT_EQ(response.status, 404U);
    EXPECT_EQ(document(response)["detail"], "There is no such thing.");
    routes.failure = {ErrorKind::io, "database", "the disk is broken"};
    auto const internal = test.ask(test.request(Method::get, "/api/v1/streams/x"));
    EXPECT_EQ(internal.status, 500U);
    EXPECT_THAT(TestApi::text_of(internal), Not(HasSubstr("disk")));
}

TEST_F(ApiTest, AsksWhoAsksBeforeTheHandler) {
    test.api.on("createStream", routes, &Routes::count);
    EXPECT_EQ(create().status, 401U);
    EXPECT_EQ(create().headers.get("WWW-Authenticate"), "Bearer");
    test.authenticator.caller = signed_in("a", {Role::fan});
    EXPECT_EQ(create().status, 403U);
    EXPECT_EQ(routes.calls, 0);
    test.authenticator.caller = signed_in("a", {Role::fan, Role::creator});
    EXPECT_EQ(create().status, 201U);
    EXPECT_EQ(routes.caller.account, AccountId("a"));
    auto forged = test.request(Method::post, "/api/v1/studio/streams", "{}");
    forged.headers.remove("X-CSRF-Token");
    EXPECT_EQ(test.ask(forged).status, 403U);
    EXPECT_EQ(routes.calls, 1);
}

TEST_F(ApiTest, WhoCannotBeIdentifiedIsRefused) {
    test.api.on("listCategories", routes, &Routes::count);
    test.authenticator.failure = Error{ErrorKind::denied, "token", "The token has expired."};
    EXPECT_EQ(test.ask(test.request(Method::get, "/api/v1/categories")).status, 401U);
    test.authenticator.failure = Error{ErrorKind::unavailable, "database", "down"};
    EXPECT_EQ(test.ask(test.request(Method::get, "/api/v1/categories")).status, 503U);
    EXPECT_EQ(routes.calls, 0);
}

TEST_F(ApiTest, ATokenNeedsItsScope) {
    test.api.on("createStream", routes, &Routes::count);
    test.authenticator.caller = signed_in("a", {Role::creator});
    test.authenticator.caller.by = Caller::By::token;
    EXPECT_EQ(create().status, 403U);
    test.authenticator.caller.scopes = {Scope::streams_write};
    EXPECT_EQ(create().status, 201U);
}

TEST_F(ApiTest, EveryAnswerTellsItsLimit) {
    test.api.on("createStream", routes, &Routes::count);
    EXPECT_EQ(create().headers.get("RateLimit-Limit"), "300") << "of the address";
    test.authenticator.caller = signed_in("a", {Role::creator});
    auto const own = create();
    EXPECT_EQ(own.headers.get("RateLimit-Limit"), "120") << "the account's is tighter";
    EXPECT_EQ(own.headers.get("RateLimit-Remaining"), "119");
    EXPECT_EQ(own.headers.get("RateLimit-Reset"), "1");
}

TEST_F(ApiTest, PagesOfOtherSitesMayReadAnswersAndTheirLimits) {
    test.api.on("listCategories", routes, &Routes::count);
    auto const response = test.ask(test.request(Method::get, "/api/v1/categories"));
    EXPECT_EQ(response.headers.get("Access-Control-Allow-Origin"), "*");
    EXPECT_FALSE(response.headers.contains("Access-Control-Allow-Credentials"));
    EXPECT_THAT(*response.headers.get("Access-Control-Expose-Headers"), HasSubstr("Retry-After"));
}

class ApiLimitTest : public ApiTest {
  protected:
    explicit ApiLimitTest(std::uint32_t reads = 5) : limited(db::Engine::sqlite, few(reads)) {}

    static RateLimits few(std::uint32_t reads) {
        RateLimits limits;
        limits.by_address.fill({.requests = 5, .window = seconds(3'600)});
        limits.by_address[static_cast<std::size_t>(RateClass::read)].requests = reads;
        limits.by_account.fill({.requests = 2, .window = seconds(3'600)});
        return limits;
    }

    TestApi limited;

    http::Response ask(Method method, std::string path, std::string const& address) {
        auto request = limited.request(method, std::move(path), "{}");
        request.remote_address = address;
        return limited.ask(request);
    }
};

class ApiGuessTest : public ApiLimitTest {
  protected:
    ApiGuessTest() : ApiLimitTest(1'000) {}
};

TEST_F(ApiLimitTest, AnAddressIsAskedToWaitBeforeAnybodyIsIdentified) {
    limited.api.on("getSession", routes, &Routes::count);
    for (int i = 0; i < 5; ++i) ask(Method::get, "/api/v1/session", "192.0.2.1");
    auto const asked = limited.authenticator.asked;
    auto const refused = ask(Method::get, "/api/v1/session", "192.0.2.1");
    EXPECT_EQ(refused.status, 429U);
    EXPECT_EQ(refused.headers.get("RateLimit-Remaining"), "0");
    EXPECT_EQ(refused.headers.get("Retry-After"), "720");
    EXPECT_EQ(limited.authenticator.asked, asked);
    EXPECT_EQ(routes.calls, 5);
    EXPECT_EQ(ask(Method::get, "/api/v1/session", "192.0.2.2").status, 201U);
}

TEST_F(ApiLimitTest, AnAccountIsAskedToWaitWhereverItAsksFrom) {
    limited.api.on("getSession", routes, &Routes::count);
    limited.authenticator.caller = signed_in("a");
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(ask(Method::get, "/api/v1/session", "192.0.2." + std::to_string(i)).status, 201U);
    }
    EXPECT_EQ(ask(Method::get, "/api/v1/session", "192.0.2.9").status, 429U);
    limited.authenticator.caller = signed_in("b");
    EXPECT_EQ(ask(Method::get, "/api/v1/session", "192.0.2.9").status, 201U);
}

TEST_F(ApiGuessTest, OnlyWrongGuessesCount) {
    limited.api.on("signIn", routes, &Routes::answer);
    for (auto const status : {200U, 503U}) {
        routes.status = status;
        for (int i = 0; i < 20; ++i) {
            EXPECT_EQ(ask(Method::post, "/api/v1/session", "192.0.2.1").status, status) << i;
        }
    }
    routes.status = 401;
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(ask(Method::post, "/api/v1/session", "192.0.2.1").status, 401U) << i;
    }
    auto const before = routes.calls;
    EXPECT_EQ(ask(Method::post, "/api/v1/session", "192.0.2.1").status, 429U);
    EXPECT_EQ(routes.calls, before);
}

TEST_F(ApiGuessTest, WhatTriedNoSecretIsNoGuess) {
    limited.api.on("signIn", routes, &Routes::answer);
    routes.guessed = false;
    for (auto const status : {401U, 403U, 404U, 422U, 451U}) {
        routes.status = status;
        for (int i = 0; i < 20; ++i) {
            EXPECT_EQ(ask(Method::post, "/api/v1/session", "192.0.2.1").status, status) << i;
        }
    }
    routes.guessed = true;
    routes.status = 401;
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(ask(Method::post, "/api/v1/session", "192.0.2.1").status, 401U) << i;
    }
    EXPECT_EQ(ask(Method::post, "/api/v1/session", "192.0.2.1").status, 429U);
}

TEST_F(ApiLimitTest, RightGuessesCountAsOtherRequestsDo) {
    limited.api.on("signIn", routes, &Routes::answer);
    routes.status = 200;
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(ask(Method::post, "/api/v1/session", "192.0.2.1").status, 200U) << i;
    }
    EXPECT_EQ(ask(Method::post, "/api/v1/session", "192.0.2.1").status, 429U);
}

TEST_F(ApiLimitTest, OtherLimitsCountWhateverIsGuessed) {
    limited.api.on("listCategories", routes, &Routes::answer);
    routes.guessed = false;
    routes.status = 404;
    unsigned last = 0;
    for (int i = 0; i < 20 && last != 429; ++i) {
        last = ask(Method::get, "/api/v1/categories", "192.0.2.1").status;
    }
    EXPECT_EQ(last, 429U);
}

TEST_F(ApiTest, WhatIsSentAgainIsDoneOnce) {
    test.api.on("createStream", routes, &Routes::count);
    test.authenticator.caller = signed_in("a", {Role::creator});
    auto const first = create(R"({"title":"x"})", "key1");
    auto const second = create(R"({"title":"x"})", "key1");
    EXPECT_EQ(second.status, 201U);
    EXPECT_EQ(TestApi::text_of(first), TestApi::text_of(second));
    EXPECT_TRUE(second.headers.contains("RateLimit-Limit"));
    EXPECT_EQ(routes.calls, 1);
    EXPECT_EQ(create(R"({"title":"y"})", "key1").status, 422U);
    EXPECT_EQ(create(R"({"title":"x"})", "key2").status, 201U);
    EXPECT_EQ(create(R"({"title":"x"})").status, 201U);
    EXPECT_EQ(routes.calls, 3);
}

TEST_F(ApiTest, TheSameToAnotherThingIsAnotherRequest) {
    test.api.on("rotateStreamKey", routes, &Routes::count);
    test.authenticator.caller = signed_in("a", {Role::creator});
    auto const rotate = [&](std::string const& stream) {
        auto request = test.request(Method::post, "/api/v1/studio/streams/" + stream + "/key");
        request.headers.add("Idempotency-Key", "key1");
        return test.ask(request).status;
    };
    EXPECT_EQ(rotate("one"), 201U);
    EXPECT_EQ(rotate("one"), 201U);
    EXPECT_EQ(rotate("two"), 422U);
    EXPECT_EQ(routes.calls, 1);
}

TEST_F(ApiTest, WhatFailedIsTriedAgainByTheSameKey) {
    test.api.on("createStream", routes, &Routes::answer);
    test.authenticator.caller = signed_in("a", {Role::creator});
    routes.status = 503;
    EXPECT_EQ(create("{}", "key1").status, 503U);
    routes.status = 201;
    EXPECT_EQ(create("{}", "key1").status, 201U);
    EXPECT_EQ(create("{}", "key1").status, 201U);
    EXPECT_EQ(routes.calls, 2);
}

TEST_F(ApiTest, AHandlersFaultIsThrownOnAndTheKeyIsFree) {
    test.api.on("createStream", routes, &Routes::throws);
    test.authenticator.caller = signed_in("a", {Role::creator});
    EXPECT_THROW(create("{}", "key1"), std::runtime_error);
    auto const deadline = steady_now() + seconds(30);
    while (routes.calls == 1 && steady_now() < deadline) {
        // The key is given back behind the answer.
        try {
            create("{}", "key1");
        } catch (std::runtime_error const&) {
        }
    }
    EXPECT_EQ(routes.calls, 2);
}

TEST_F(ApiTest, KeysAreShortAndCanBeSeen) {
    test.api.on("createStream", routes, &Routes::count);
    test.authenticator.caller = signed_in("a", {Role::creator});
    for (auto const& key : {std::string("a b"), std::string("\xc3\xa4"), std::string(101, 'x')}) {
        EXPECT_EQ(create("{}", key).status, 400U) << key;
    }
    EXPECT_EQ(create("{}", std::string(100, 'x')).status, 201U);
    EXPECT_EQ(routes.calls, 1);
}

TEST_F(ApiTest, OperationsThatCreateNothingTakeNoKey) {
    test.api.on("signOut", routes, &Routes::count);
    test.authenticator.caller = signed_in("a");
    for (int i = 1; i <= 2; ++i) {
        auto request = test.request(Method::delete_, "/api/v1/session");
        request.headers.add("Idempotency-Key", "key1");
        test.ask(request);
        EXPECT_EQ(routes.calls, i);
    }
}

}  // namespace
}  // namespace directfanz::api
