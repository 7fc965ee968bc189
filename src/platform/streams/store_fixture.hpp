#pragma once

#include "platform/schema/schema.hpp"
#include "platform/streams/follow_store.hpp"
#include "platform/streams/lifecycle.hpp"
#include "platform/streams/page_store.hpp"
#include "system/db/test_database.hpp"
#include "system/io/blocking.hpp"
#include "system/io/event_loop.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace directfanz::streams {

/// For tests: accounts in memory.
class FakePeople final : public People {
  public:
    Person& add(std::string const& name) {
        AccountId const id(new_row_id());
        return people[id] = {.id = id, .handle = name, .display_name = "The " + name};
    }

    Result<std::optional<Person>> find(AccountId const& id) override {
        auto const found = people.find(id);
        if (found == people.end()) return std::nullopt;
        return found->second;
    }
    Result<std::optional<Person>> find_by_handle(std::string_view handle) override {
        for (auto const& [id, person] : people) {
            if (person.handle == handle) return person;
        }
        return std::nullopt;
    }
    Result<std::map<AccountId, Person>> find_all(std::vector<AccountId> const& ids) override {
        std::map<AccountId, Person> found;
        for (auto const& id : ids) {
            if (people.contains(id)) found[id] = people[id];
        }
        return found;
    }
    Result<bool> moderates(AccountId const& account, AccountId const& creator) override {
        return moderators.contains({account, creator});
    }

    std::map<AccountId, Person> people;
    std::set<std::pair<AccountId, AccountId>> moderators;
};

/// For tests: a store on a database of its own.
class TestStore {
  public:
    explicit TestStore(db::Engine engine = db::Engine::sqlite)
        : test_database(engine), database(open(test_database)), store(std::in_place, *database) {}

    SharedPage page(StreamId const& id) { return *pages.find(id); }

    /// Of nobody, or of an account.
    Stream add_stream(std::string_view title, std::optional<AccountId> const& owner = {}) {
        StreamSettings settings;
        settings.title = title;
        return add_stream(settings, owner);
    }
    Stream add_stream(StreamSettings const& settings, std::optional<AccountId> const& owner = {}) {
        auto created = store->create(settings, owner);
        if (!created) throw std::runtime_error(describe(created.error()));
        return created->stream;
    }

    /// What the stores have no call for: at what time a row was made.
    void execute(std::string_view sql, db::Parameters parameters = {}) {
        auto const connection = database->acquire();
        auto const done = (*connection)->execute(sql, parameters);
        if (!done) throw std::runtime_error(describe(done.error()));
    }

    /// From now on asking the database for what stands in `table` fails.
    void break_database(std::string const& table = "streams") {
        auto const connection = database->acquire();
        auto const broken = (*connection)->script("ALTER TABLE " + table + " RENAME TO gone;");
        if (!broken) throw std::runtime_error(describe(broken.error()));
    }

    static std::unique_ptr<db::Database> open(db::TestDatabase& test_database) {
        auto opened = test_database.open();
        auto const migrated = db::migrate(*opened, schema::migrations());
        if (!migrated) throw std::runtime_error(describe(migrated.error()));
        return opened;
    }

    db::TestDatabase test_database;
    std::unique_ptr<db::Database> database;
    std::optional<StreamStore> store;
    CategoryStore categories{*database};
    BroadcastStore broadcasts{*database};
    FollowStore follows{*database};
    FakePeople people;
    PageStore pages{*store, categories, broadcasts, people};
};

/// For tests: a lifecycle that writes into such a store.
struct TestLifecycle {
    explicit TestLifecycle(TestStore& test, std::vector<SituationListener*> listeners = {},
                           seconds grace = seconds(60))
        : lifecycle(test.broadcasts, journal, audience, grace, std::move(listeners)) {
        lifecycle.stop_by([this](StreamId const& stream, Error reason) {
            stopped.emplace_back(stream, std::move(reason));
        });
    }

    std::vector<std::pair<StreamId, Error>> stopped;
    Journal journal{"test"};
    Audience audience{1};
    Lifecycle lifecycle;
};

template <typename T>
io::Task<> keep_result(io::EventLoop& loop, io::Task<T> task, std::optional<T>& result) {
    result = co_await std::move(task);
    loop.stop();
}

/// Runs one task on a loop of its own and returns its result.
template <typename T>
T run_task(io::Task<T> task) {
    io::EventLoop loop;
    std::optional<T> result;
    loop.spawn(keep_result(loop, std::move(task), result));
    loop.run();
    return std::move(*result);
}

}  // namespace directfanz::streams
