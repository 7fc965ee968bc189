#pragma once

#include "platform/api/api.hpp"
#include "platform/schema/schema.hpp"
#include "system/db/migrate.hpp"
#include "system/db/test_database.hpp"
#include "system/io/event_loop.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

/// For tests of handlers alone.
namespace directfanz::api {

template <typename T>
io::Task<> keep_result(io::EventLoop& loop, io::Task<T> task, std::optional<T>& result,
                       std::exception_ptr& failure) {
    try {
        result = co_await std::move(task);
    } catch (...) {
        failure = std::current_exception();
    }
    loop.stop();
}

/// Runs one task on a loop of its own. Throws what it throws.
template <typename T>
T run_task(io::Task<T> task) {
    io::EventLoop loop;
    std::optional<T> result;
    std::exception_ptr failure;
    loop.spawn(keep_result(loop, std::move(task), result, failure));
    loop.run();
    if (failure) std::rethrow_exception(failure);
    return std::move(*result);
}

/// Everybody is `caller`, or the failure.
class FixedAuthenticator final : public Authenticator {
  public:
    io::Task<Result<Caller>> identify(http::Request const& /*request*/) override {
        ++asked;
        if (failure) co_return std::unexpected(*failure);
        co_return caller;
    }

    Caller caller;
    std::optional<Error> failure;
    int asked = 0;
};

/// Somebody who is signed in by a browser.
inline Caller signed_in(std::string account, Roles roles = {Role::fan}) {
    return {.by = Caller::By::session,
            .account = AccountId(std::move(account)),
            .handle = "somebody",
            .roles = roles,
            .scopes = {},
            .credential = "session1",
            .csrf_token = "csrf1"};
}

/// An API on a database of its own, for a module's handlers.
class TestApi {
  public:
    explicit TestApi(db::Engine engine = db::Engine::sqlite, RateLimits const& limits = {})
        : test_database(engine),
          database(test_database.open()),
          idempotency(*database, blocking),
          api(authenticator, idempotency, limits) {
        auto const migrated = db::migrate(*database, schema::migrations());
        if (!migrated) throw std::runtime_error(describe(migrated.error()));
    }

    /// As a page would: JSON, and the session's CSRF token.
    http::Request request(http::Method method, std::string path, std::string body = {}) const {
        http::Request made;
        made.method = method;
        made.path = std::move(path);
        made.remote_address = "192.0.2.1";
        if (auto const mark = made.path.find('?'); mark != std::string::npos) {
            made.query = made.path.substr(mark + 1);
            made.path.resize(mark);
        }
        if (!body.empty()) made.headers.add("Content-Type", "application/json");
        made.body = std::move(body);
        if (authenticator.caller.by == Caller::By::session) {
            made.headers.add("X-CSRF-Token", authenticator.caller.csrf_token);
        }
        return made;
    }

    /// After the last api.on(); routes are made by the first.
    http::Response ask(http::Request const& asked) {
        if (!std::exchange(routed_, true)) api.add_to(router);
        return run_task(router.route(asked));
    }

    static std::string text_of(http::Response const& response) {
        std::string text;
        for (auto const& blob : response.body) text += blob.text();
        return text;
    }

    db::TestDatabase test_database;
    std::unique_ptr<db::Database> database;
    io::BlockingPool blocking{2};
    FixedAuthenticator authenticator;
    Idempotency idempotency;
    Api api;
    http::Router router;

  private:
    bool routed_ = false;
};

}  // namespace directfanz::api
