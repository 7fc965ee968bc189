#include "platform/streams/category_store.hpp"

#include "platform/streams/store_fixture.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::streams {
namespace {

using testing::ElementsAre;

bool any_version(std::int64_t) {
    return true;
}

class CategoryStoreTest : public testing::TestWithParam<db::Engine> {
  protected:
    Category create(std::string slug, std::string name, std::optional<std::int64_t> position = {}) {
        auto created = store.create(std::move(slug), std::move(name), position);
        if (!created) throw std::runtime_error(describe(created.error()));
        return *created;
    }
    Category known(std::string const& slug) {
        auto const found = store.find(slug);
        if (!found || !*found) throw std::runtime_error("there is no category " + slug);
        return **found;
    }
    std::vector<Category> all() {
        auto listed = store.list();
        if (!listed) throw std::runtime_error(describe(listed.error()));
        return *listed;
    }
    std::vector<std::string> slugs() {
        std::vector<std::string> slugs;
        for (auto const& category : all()) slugs.push_back(category.slug);
        return slugs;
    }
    void remove_all() { test.execute("DELETE FROM categories"); }
    Stream stream_about(std::string const& slug) {
        StreamSettings settings;
        settings.title = "About " + slug;
        settings.category = slug;
        return test.add_stream(settings);
    }

    TestStore test{GetParam()};
    CategoryStore& store = test.categories;
};

ON_EVERY_DATABASE(CategoryStoreTest);

TEST_P(CategoryStoreTest, ANewDatabaseHasSomeInTheirOrder) {
    auto const listed = all();
    ASSERT_EQ(listed.size(), 16U);
    EXPECT_EQ(listed.front().slug, "music");
    EXPECT_EQ(listed.back().slug, "podcasts");
    EXPECT_TRUE(std::ranges::is_sorted(listed, {}, &Category::position));
}

TEST_P(CategoryStoreTest, ACreatedOneIsFoundByItsSlugAndInTheList) {
    auto const created = create("knitting", "Knitting \"'; -- & Häkeln ☀", 15);
    EXPECT_EQ(created.slug, "knitting");
    EXPECT_EQ(created.name, "Knitting \"'; -- & Häkeln ☀");
    EXPECT_EQ(created.position, 15);
    EXPECT_EQ(store.find("knitting"), created);
    EXPECT_EQ(all().at(1), created) << "between those at 10 and 20";
}

TEST_P(CategoryStoreTest, WhatDoesNotExistIsNotFound) {
    for (auto const* const slug : {"", "nothing", "%", "musi_", "Music", "'"}) {
        EXPECT_EQ(store.find(slug), std::nullopt) << slug;
    }
}

TEST_P(CategoryStoreTest, OneWithoutAPositionStandsBehindAllOthers) {
    auto const first = create("first", "A");
    EXPECT_EQ(all().back(), first);
    auto const second = create("second", "A");
    EXPECT_EQ(all().back(), second);
    remove_all();
    auto const only = create("only", "A");
    EXPECT_THAT(all(), ElementsAre(only));
}

TEST_P(CategoryStoreTest, ThoseAtOnePositionStandByTheirNames) {
    remove_all();
    auto const chess = create("x", "Chess", 5);
    auto const ballet = create("y", "Ballet", 5);
    auto const zoo = create("z", "Zoo", 4);
    EXPECT_THAT(all(), ElementsAre(zoo, ballet, chess));
}

TEST_P(CategoryStoreTest, ThoseOfOneNameKeepTheirOrderWhenOneIsEdited) {
    remove_all();
    auto const first = create("a", "Same", 5);
    auto const second = create("b", "Same", 5);
    ASSERT_TRUE(store.edit(first.id, any_version, "Same", 5));
    EXPECT_THAT(slugs(), ElementsAre("a", "b"));
    ASSERT_TRUE(store.edit(second.id, any_version, "Same", 5));
    EXPECT_THAT(slugs(), ElementsAre("a", "b"));
}

TEST_P(CategoryStoreTest, ATakenSlugIsRefused) {
    auto const before = all();
    auto const refused = store.create("music", "Other music", 1);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    EXPECT_EQ(all(), before);
}

TEST_P(CategoryStoreTest, AnEditChangesWhatItIsGivenAndKeepsTheRest) {
    auto category = create("knitting", "Knitting", 15);
    category.name = "Häkeln";
    category.version = 2;
    EXPECT_EQ(store.edit(category.id, any_version, "Häkeln", {}), category);
    EXPECT_EQ(known("knitting"), category);
    category.position = 0;
    category.version = 3;
    EXPECT_EQ(store.edit(category.id, any_version, {}, 0), category);
    EXPECT_EQ(known("knitting"), category);
    category.version = 4;
    EXPECT_EQ(store.edit(category.id, any_version, {}, {}), category);
    EXPECT_EQ(all().front(), category);
    EXPECT_EQ(known("music").name, "Music");
}

TEST_P(CategoryStoreTest, NobodyOverwritesWhatAnotherHasChanged) {
    auto const music = known("music");
    auto const as_seen = [&](std::int64_t version) { return version == music.version; };
    ASSERT_TRUE(store.edit(music.id, as_seen, "Songs", {}));
    auto const refused = store.edit(music.id, as_seen, "Tunes", {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    EXPECT_EQ(known("music").name, "Songs");
}

TEST_P(CategoryStoreTest, AChangeIsKeptOnlyWithWhatIsWrittenOfIt) {
    auto const before = all();
    auto const music = known("music");
    std::vector<std::string> written;
    auto const fails = [&](db::Connection&, Category const& category) -> Result<void> {
        written.push_back(category.name);
        return fail(ErrorKind::io, "audit", "The disk is full.");
    };
    EXPECT_FALSE(store.create("new", "New", {}, fails));
    EXPECT_FALSE(store.edit(music.id, any_version, "Songs", {}, fails));
    EXPECT_FALSE(store.remove(music.id, fails));
    EXPECT_THAT(written, ElementsAre("New", "Songs", "Music"));
    EXPECT_EQ(all(), before);
}

TEST_P(CategoryStoreTest, AnUnknownOneCanBeNeitherEditedNorRemoved) {
    auto const before = all();
    auto const edited = store.edit("nothing", any_version, "A", 1);
    ASSERT_FALSE(edited);
    EXPECT_EQ(edited.error().kind, ErrorKind::not_found);
    auto const removed = store.remove("nothing");
    ASSERT_FALSE(removed);
    EXPECT_EQ(removed.error().kind, ErrorKind::not_found);
    EXPECT_EQ(all(), before);
}

TEST_P(CategoryStoreTest, TheStreamsOfARemovedOneHaveNoneThen) {
    auto expected = stream_about("music");
    auto const about_talk = stream_about("talk");
    ASSERT_TRUE(store.remove(known("music").id));
    EXPECT_EQ(store.find("music"), std::nullopt);
    expected.category = std::nullopt;
    ++expected.version;
    EXPECT_EQ(test.store->find(expected.id), expected);
    EXPECT_EQ(test.store->find(about_talk.id), about_talk);
}

TEST_P(CategoryStoreTest, ARemovedOnesSlugIsFreeAgain) {
    auto const old = known("music");
    ASSERT_TRUE(store.remove(old.id));
    auto const again = create("music", "Music again");
    EXPECT_NE(again.id, old.id);
    EXPECT_EQ(store.find("music"), again);
}

TEST_P(CategoryStoreTest, ThereAreOnlySoMany) {
    auto const room = CategoryStore::kMost - static_cast<std::int64_t>(all().size());
    for (int i = 0; i < room; ++i) create("c" + std::to_string(i), "A");
    auto const refused = store.create("too-many", "A", {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::too_large);
    EXPECT_EQ(store.find("too-many"), std::nullopt);
    ASSERT_TRUE(store.remove(known("c0").id));
    EXPECT_TRUE(store.create("too-many", "A", {}));
}

TEST_P(CategoryStoreTest, ABrokenDatabaseIsAnError) {
    auto const music = known("music");
    test.break_database("categories");
    EXPECT_FALSE(store.list());
    EXPECT_FALSE(store.find("music"));
    EXPECT_FALSE(store.create("new", "A", {}));
    EXPECT_FALSE(store.edit(music.id, any_version, "A", {}));
    EXPECT_FALSE(store.remove(music.id));
}

}  // namespace
}  // namespace directfanz::streams
