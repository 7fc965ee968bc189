#include "platform/streams/page_store.hpp"

#include "platform/streams/store_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::streams {
namespace {

using testing::IsEmpty;

constexpr WallTime kNoon{milliseconds(1'769'860'800'123)};

/// Of whom nothing can be read.
class UnreachablePeople final : public People {
  public:
    Result<std::optional<Person>> find(AccountId const&) override { return failure(); }
    Result<std::optional<Person>> find_by_handle(std::string_view) override { return failure(); }
    Result<std::map<AccountId, Person>> find_all(std::vector<AccountId> const&) override {
        return failure();
    }
    Result<bool> moderates(AccountId const&, AccountId const&) override { return failure(); }

  private:
    static std::unexpected<Error> failure() {
        return fail(ErrorKind::unavailable, "people", "nobody is there");
    }
};

class PageStoreTest : public testing::TestWithParam<db::Engine> {
  protected:
    static StreamSettings about(std::optional<std::string> category) {
        StreamSettings settings;
        settings.title = "Mine";
        settings.category = std::move(category);
        return settings;
    }
    void broadcast(StreamId const& of, std::string id, WallTime at,
                   std::optional<WallTime> ended_at) {
        auto const saved = test.broadcasts.save({.id = std::move(id),
                                                 .stream = of,
                                                 .phase = ended_at ? Phase::ended : Phase::live,
                                                 .title = "A",
                                                 .started_at = at,
                                                 .live_at = at,
                                                 .ended_at = ended_at,
                                                 .seen_at = at});
        if (!saved) throw std::runtime_error(describe(saved.error()));
    }
    StreamPage found(StreamId const& id) {
        auto const page = store.find(id);
        if (!page || !*page) throw std::runtime_error("there is no such stream");
        return **page;
    }
    std::vector<StreamPage> all_of(std::vector<Stream> streams) {
        auto const pages = store.complete_all(std::move(streams));
        if (!pages) throw std::runtime_error(describe(pages.error()));
        std::vector<StreamPage> all;
        for (auto const& page : *pages) all.push_back(*page);
        return all;
    }

    TestStore test{GetParam()};
    PageStore& store = test.pages;
    Person const creator = test.people.add("ana");
    Category const music = **test.categories.find("music");
    Stream const stream = test.add_stream(about("music"), creator.id);
};

ON_EVERY_DATABASE(PageStoreTest);

TEST_P(PageStoreTest, APageShowsTheStreamItsCreatorItsCategoryAndWhenItEnded) {
    broadcast(stream.id, "a", kNoon, kNoon + seconds(60));
    StreamPage const expected{
        .stream = stream, .creator = creator, .category = music, .ended_at = kNoon + seconds(60)};
    EXPECT_EQ(found(stream.id), expected);
    auto const completed = store.complete(stream);
    ASSERT_TRUE(completed);
    EXPECT_EQ(**completed, expected);
}

TEST_P(PageStoreTest, AKeyOpensThePageOfItsStream) {
    auto const opened = test.store->create(about("music"), creator.id);
    ASSERT_TRUE(opened);
    auto const page = store.find_by_key(opened->key);
    ASSERT_TRUE(page && *page);
    EXPECT_EQ(**page, found(opened->stream.id));
    EXPECT_EQ((*page)->stream, opened->stream);
    EXPECT_EQ((*page)->creator, creator);
}

TEST_P(PageStoreTest, WhatDoesNotExistHasNoPage) {
    auto const by_id = store.find(StreamId("000000000000"));
    ASSERT_TRUE(by_id);
    EXPECT_EQ(*by_id, nullptr);
    auto const by_key = store.find_by_key(StreamKey("no key"));
    ASSERT_TRUE(by_key);
    EXPECT_EQ(*by_key, nullptr);
}

TEST_P(PageStoreTest, AStreamOfNobodyAboutNothingShowsItselfAlone) {
    auto const plain = test.add_stream(about(std::nullopt));
    EXPECT_EQ(found(plain.id), StreamPage{.stream = plain});
    EXPECT_THAT(all_of({plain}), testing::ElementsAre(StreamPage{.stream = plain}));
}

TEST_P(PageStoreTest, ACreatorOrACategoryThatIsGoneIsNotShown) {
    auto const left = test.add_stream(about("gone"), AccountId("gone"));
    EXPECT_EQ(found(left.id), StreamPage{.stream = left});
    EXPECT_THAT(all_of({left}), testing::ElementsAre(StreamPage{.stream = left}));
}

TEST_P(PageStoreTest, ASuspendedCreatorIsShownAsSuspended) {
    EXPECT_FALSE(found(stream.id).suspended());
    test.people.people[creator.id].suspended = true;
    EXPECT_TRUE(found(stream.id).suspended());
    EXPECT_TRUE(all_of({stream}).front().suspended());
}

TEST_P(PageStoreTest, TheEndIsThatOfTheLastBroadcast) {
    auto const other = test.add_stream(about("music"), creator.id);
    EXPECT_EQ(found(stream.id).ended_at, std::nullopt) << "there was none";
    broadcast(stream.id, "b", kNoon, kNoon + seconds(60));
    broadcast(stream.id, "a", kNoon - seconds(600), kNoon + seconds(90));
    broadcast(other.id, "c", kNoon + seconds(1), kNoon + seconds(2));
    EXPECT_EQ(found(stream.id).ended_at, kNoon + seconds(60));
    broadcast(stream.id, "d", kNoon + seconds(100), std::nullopt);
    EXPECT_EQ(found(stream.id).ended_at, std::nullopt) << "it has not ended";
}

TEST_P(PageStoreTest, ManyAreCompletedInTheirOrderAsEachIsAlone) {
    auto const bea = test.people.add("bea");
    std::vector<Stream> const streams{
        test.add_stream(about("talk"), bea.id), stream, test.add_stream(about(std::nullopt)),
        test.add_stream(about("music"), bea.id), test.add_stream(about("gone"), creator.id)};
    std::vector<StreamPage> expected;
    for (auto const& one : streams) expected.push_back(found(one.id));
    EXPECT_EQ(all_of(streams), expected);
    EXPECT_EQ(expected[0].creator, bea);
    EXPECT_EQ(expected[0].category->name, "Talk");
    EXPECT_THAT(all_of({}), IsEmpty());
}

TEST_P(PageStoreTest, ManyAreCompletedWithoutTheirEnds) {
    broadcast(stream.id, "a", kNoon, kNoon + seconds(60));
    EXPECT_EQ(all_of({stream}).front().ended_at, std::nullopt);
}

TEST_P(PageStoreTest, WhatCannotBeReadIsAnErrorAndNoEmptyPage) {
    UnreachablePeople nobody;
    PageStore pages(*test.store, test.categories, test.broadcasts, nobody);
    EXPECT_FALSE(pages.find(stream.id));
    EXPECT_FALSE(pages.complete_all({stream}));
    EXPECT_TRUE(pages.find(test.add_stream(about("music")).id)) << "one of nobody needs none";
}

TEST_P(PageStoreTest, WithoutBroadcastsThereIsNoPage) {
    test.break_database("broadcasts");
    EXPECT_FALSE(store.find(stream.id));
    EXPECT_FALSE(store.complete(stream));
}

TEST_P(PageStoreTest, WithoutCategoriesThereIsNoPage) {
    test.break_database("categories");
    EXPECT_FALSE(store.find(stream.id));
    EXPECT_FALSE(store.complete_all({stream}));
}

TEST_P(PageStoreTest, WithoutStreamsThereIsNoPage) {
    test.break_database("streams");
    EXPECT_FALSE(store.find(stream.id));
    EXPECT_FALSE(store.find_by_key(StreamKey("any")));
}

}  // namespace
}  // namespace directfanz::streams
