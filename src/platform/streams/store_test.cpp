#include "platform/streams/store.hpp"

#include "platform/streams/store_fixture.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::streams {
namespace {

using testing::HasSubstr;
using testing::Not;

class StoreTest : public testing::TestWithParam<db::Engine> {
  protected:
    OpenedStream create(std::string_view title = "My show") {
        auto created = store.create(title);
        if (!created) throw std::runtime_error(describe(created.error()));
        return *created;
    }

    TestStore test{GetParam()};
    StreamStore& store = *test.store;
};

ON_EVERY_DATABASE(StoreTest);

TEST_P(StoreTest, ACreatedStreamIsFoundByItsIdAndByItsKey) {
    auto const [stream, key] = create("Grüße \"'; ☀");
    EXPECT_EQ(stream.title, "Grüße \"'; ☀");
    EXPECT_EQ(store.find(stream.id), stream);
    EXPECT_EQ(store.find_by_key(key), stream);
}

TEST_P(StoreTest, WhatDoesNotExistIsNotFound) {
    create();
    EXPECT_EQ(store.find(StreamId("000000000000")), std::nullopt);
    EXPECT_EQ(store.find_by_key(StreamKey("not a key")), std::nullopt);
    EXPECT_EQ(store.find_by_key(StreamKey("")), std::nullopt);
}

TEST_P(StoreTest, TwoStreamsMayHaveOneTitle) {
    auto const first = create();
    auto const second = create();
    EXPECT_NE(first.stream.id, second.stream.id);
    EXPECT_NE(first.key, second.key);
}

TEST_P(StoreTest, ListsTheOldestFirst) {
    EXPECT_EQ(store.list()->size(), 0U);
    std::vector<Stream> created;
    for (int i = 0; i < 5; ++i) created.push_back(create("Show " + std::to_string(i)).stream);
    auto const listed = store.list();
    ASSERT_TRUE(listed);
    EXPECT_TRUE(std::ranges::is_sorted(*listed, {}, &Stream::created_at));
    EXPECT_THAT(*listed, testing::UnorderedElementsAreArray(created));
}

TEST_P(StoreTest, ATitleThatIsNoneIsRefused) {
    auto const refused = store.create("two\nlines");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    EXPECT_TRUE(store.list()->empty());
}

TEST_P(StoreTest, ANewKeyTakesTheOldOnesPlace) {
    auto const opened = create();
    auto const other = create();
    auto const rotated = store.rotate_key(opened.stream.id);
    ASSERT_TRUE(rotated);
    EXPECT_EQ(rotated->stream.id, opened.stream.id);
    EXPECT_GE(rotated->stream.key_created_at, opened.stream.key_created_at);
    EXPECT_NE(rotated->key, opened.key);
    EXPECT_EQ(store.find_by_key(opened.key), std::nullopt);
    EXPECT_EQ(store.find_by_key(rotated->key), rotated->stream);
    EXPECT_EQ(store.find_by_key(other.key), other.stream);
}

TEST_P(StoreTest, SequenceNumbersNeverGoBack) {
    auto const [stream, key] = create();
    EXPECT_EQ(stream.discontinuity_sequence, 0U);
    EXPECT_TRUE(store.raise_sequences(stream.id, {.media = 50, .discontinuity = 5}));
    EXPECT_TRUE(store.raise_sequences(stream.id, {.media = 60, .discontinuity = 3}));
    EXPECT_EQ((*store.find_by_key(key))->discontinuity_sequence, 5U);
    EXPECT_TRUE(store.raise_sequences(stream.id, {.media = 40, .discontinuity = 6}));
    EXPECT_EQ((*store.find(stream.id))->discontinuity_sequence, 6U);
    EXPECT_EQ((*store.find(stream.id))->media_sequence, 60U);
}

TEST_P(StoreTest, ARemovedStreamIsGoneWithItsKey) {
    auto const opened = create();
    auto const other = create();
    EXPECT_EQ(store.remove(opened.stream.id), opened.stream);
    EXPECT_EQ(store.find(opened.stream.id), std::nullopt);
    EXPECT_EQ(store.find_by_key(opened.key), std::nullopt);
    EXPECT_EQ(store.find(other.stream.id), other.stream);
}

TEST_P(StoreTest, AnUnknownStreamCanBeNeitherRotatedNorRemoved) {
    auto const rotated = store.rotate_key(StreamId("nothing"));
    ASSERT_FALSE(rotated);
    EXPECT_EQ(rotated.error().kind, ErrorKind::not_found);
    EXPECT_THAT(rotated.error().message, HasSubstr("there is no stream 'nothing'"));
    auto const removed = store.remove(StreamId("nothing"));
    ASSERT_FALSE(removed);
    EXPECT_EQ(removed.error().kind, ErrorKind::not_found);
}

TEST(StoreFileTest, NoFileOfTheDatabaseHoldsAKey) {
    TestStore test;
    auto const opened = test.store->create("My show");
    ASSERT_TRUE(opened);
    auto const rotated = test.store->rotate_key(opened->stream.id);
    ASSERT_TRUE(rotated);
    int files = 0;
    for (auto const& entry : std::filesystem::directory_iterator(test.test_database.folder())) {
        std::ifstream in(entry.path(), std::ios::binary);
        std::string const bytes(std::istreambuf_iterator<char>(in), {});
        EXPECT_THAT(bytes, Not(HasSubstr(opened->key.value()))) << entry.path();
        EXPECT_THAT(bytes, Not(HasSubstr(rotated->key.value()))) << entry.path();
        ++files;
    }
    EXPECT_GE(files, 2);
}

TEST_P(StoreTest, ABrokenDatabaseIsAnError) {
    auto const opened = create();
    test.break_database();
    EXPECT_FALSE(store.create("x"));
    EXPECT_FALSE(store.list());
    EXPECT_FALSE(store.find(opened.stream.id));
    EXPECT_FALSE(store.find_by_key(opened.key));
    EXPECT_FALSE(store.rotate_key(opened.stream.id));
    EXPECT_FALSE(store.remove(opened.stream.id));
}

}  // namespace
}  // namespace directfanz::streams
