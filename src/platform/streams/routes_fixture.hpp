#pragma once

#include "platform/streams/store_fixture.hpp"
#include "platform/streams/streams.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace directfanz::streams {

using api::Caller;

/// For tests: who asks is who it was told.
class ToldCaller final : public api::Authenticator {
  public:
    io::Task<Result<Caller>> identify(http::Request const&) override { co_return caller; }

    Caller caller;
};

/// For tests: a password's hash is "hash of " and the password.
class PlainHasher final : public PasswordHasher {
  public:
    io::Task<Result<std::string>> hash(std::string password) override {
        co_return "hash of " + password;
    }
    io::Task<Result<bool>> matches(std::string password, std::string hash) override {
        co_return hash == "hash of " + password;
    }
};

/// For tests: remembers what it was told.
class FakeHerald final : public Herald {
  public:
    void happened(StreamEvent const& event) override { events.push_back(event.type); }
    Result<void> tell_live(std::vector<AccountId> const& followers, StreamPage const&) override {
        told.insert(told.end(), followers.begin(), followers.end());
        return {};
    }
    Result<void> tell_followed(AccountId const&, AccountId const& follower) override {
        fresh_followers.push_back(follower);
        return {};
    }
    Result<void> tell_ended(StreamPage const&, std::string const& reason) override {
        reasons.push_back(reason);
        return {};
    }
    Result<void> note(Deed const& deed) override {
        if (forgetful) return fail(ErrorKind::io, "audit", "The disk is full.");
        deeds.push_back(deed.action + " " + deed.target);
        return {};
    }
    Result<void> note(db::Connection&, Deed const& deed) override { return note(deed); }

    std::vector<std::string> events;
    std::vector<AccountId> told;
    std::vector<AccountId> fresh_followers;
    std::vector<std::string> reasons;
    std::vector<std::string> deeds;
    /// Nothing can be written.
    bool forgetful = false;
};

/// For tests: the module behind the API, on one loop, with an account that owns streams and one
/// that owns none.
class TestApi : public testing::Test {
  protected:
    TestApi() {
        by_owner = caller_of(owner, {api::Role::fan, api::Role::creator});
        somebody = caller_of(test.people.add("somebody"), {api::Role::fan});
        streams.stop_by([this](StreamId const& stream, Error reason) {
            stopped.emplace_back(stream, std::move(reason));
        });
        streams.add_to(api);
        api.add_to(router);
    }

    static Caller caller_of(Person const& person, api::Roles roles) {
        return {.by = Caller::By::session,
                .account = person.id,
                .handle = person.handle,
                .roles = roles,
                .csrf_token = "told"};
    }

    http::Response ask(std::string_view method, std::string const& path, Caller const& caller,
                       std::string const& body = {}, std::string const& query = {},
                       std::vector<std::pair<std::string, std::string>> const& headers = {}) {
        authenticator.caller = caller;
        http::Request request;
        request.method = *http::parse_method(method);
        request.path = path;
        request.query = query;
        request.body = body;
        request.remote_address = "192.0.2.7";
        request.headers.add("X-CSRF-Token", authenticator.caller.csrf_token);
        if (!body.empty()) request.headers.add("Content-Type", "application/json");
        for (auto const& [name, value] : headers) request.headers.set(name, value);
        std::optional<http::Response> response;
        auto& loop = loops[0];
        loop.context().restart();
        loop.spawn(keep_result(loop, router.route(request), response));
        loop.run();
        return std::move(*response);
    }

    static nlohmann::json json(http::Response const& response) {
        std::string text;
        for (auto const& blob : response.body) text += blob.text();
        return text.empty() ? nlohmann::json() : nlohmann::json::parse(text);
    }

    StreamStore& store() { return streams.store(); }

    /// Media comes for the stream; `live`: and it is live by itself.
    void publish(Stream const& stream, bool live) {
        auto const edited = store().edit(
            stream.id, [](auto) { return true; },
            [live](StreamSettings& settings) -> Result<void> {
                settings.auto_live = live;
                return {};
            });
        ASSERT_TRUE(edited);
        for (auto* listener : streams.listeners()) {
            if (auto* const lifecycle = dynamic_cast<Lifecycle*>(listener))
                ASSERT_TRUE(lifecycle->admit(test.page(stream.id), steady_now()));
        }
        tell(stream, live::BroadcastState::live);
    }
    void tell(Stream const& stream, live::BroadcastState state) {
        for (auto* listener : streams.listeners()) listener->on_state(stream.id, state);
        settle();
    }
    /// Lets the loop do what was posted to it.
    void settle() {
        auto& loop = loops[0];
        for (int i = 0; i < 4; ++i) {
            loop.context().restart();
            loop.post([&loop] { loop.stop(); });
            loop.run();
        }
    }

    TestStore test;
    Person const owner = test.people.add("owner");
    Caller const nobody{};
    Caller by_owner;
    Caller somebody;
    std::vector<std::pair<StreamId, Error>> stopped;
    io::BlockingPool blocking{1};
    io::LoopPool loops{1};
    PlainHasher passwords;
    FakeHerald herald;
    Streams streams{*test.database,
                    blocking,
                    loops,
                    test.people,
                    passwords,
                    herald,
                    {.covers = std::filesystem::path(testing::TempDir()) / "covers"}};
    ToldCaller authenticator;
    api::Idempotency idempotency{*test.database, blocking};
    api::Api api{authenticator, idempotency};
    http::Router router;
};

}  // namespace directfanz::streams
