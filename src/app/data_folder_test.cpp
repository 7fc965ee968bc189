#include "app/data_folder.hpp"

#include "app/urls.hpp"
#include "system/db/test_database.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace directfanz::app {
namespace {

using testing::HasSubstr;

TEST(DataFolderTest, IsMadeForItsOwnerOnlyWithWhatIsAboveIt) {
    TestFolder const folder;
    auto const data = folder / "a/b/data";
    ASSERT_TRUE(make_data_folder(data));
    struct stat status{};
    ASSERT_EQ(::stat(data.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
    EXPECT_TRUE(make_data_folder(data));
    EXPECT_TRUE(make_data_folder(data / ""));
}

TEST(DataFolderTest, AFileInItsPlaceIsToldInWords) {
    TestFolder const folder;
    std::ofstream(folder / "data") << "x";
    auto const made = make_data_folder(folder / "data");
    ASSERT_FALSE(made);
    EXPECT_THAT(describe(made.error()), HasSubstr("cannot use the data folder"));
    EXPECT_THAT(describe(made.error()), HasSubstr("it is a file"));
    EXPECT_FALSE(make_data_folder(folder / "data/below"));
}

TEST(DataFolderTest, ADatabaseOfANewerProgramIsRefused) {
    TestFolder const folder;
    Settings settings;
    settings.data = folder.path();
    {
        auto const database = open_data(settings, 1);
        ASSERT_TRUE(database);
        auto const connection = (*database)->acquire();
        ASSERT_TRUE((*connection)
                        ->script("INSERT INTO schema_migrations (version, name, applied_at) VALUES "
                                 "(999, 'x', 0);"));
    }
    auto const refused = open_data(settings, 1);
    ASSERT_FALSE(refused);
    EXPECT_THAT(describe(refused.error()), HasSubstr("newer DirectFanz"));
}

TEST(DataFolderTest, TheDatabaseMayBeElsewhere) {
    db::TestDatabase const elsewhere(db::Engine::postgres);
    TestFolder const folder;
    Settings settings;
    settings.data = folder / "data";
    EXPECT_FALSE(expect_data(settings));
    settings.database_url = elsewhere.url();
    EXPECT_TRUE(expect_data(settings));
    {
        auto const database = open_data(settings, 1);
        ASSERT_TRUE(database) << describe(database.error());
    }
    EXPECT_TRUE(std::filesystem::exists(settings.data));
    EXPECT_FALSE(std::filesystem::exists(settings.data / "directfanz.db"));
    auto const database = elsewhere.open();
    auto const connection = database->acquire();
    EXPECT_TRUE((*connection)->query("SELECT id FROM streams"));
}

TEST(ServeLockTest, IsHeldByOneAtATime) {
    TestFolder const folder;
    {
        auto const first = ServeLock::take(folder.path());
        ASSERT_TRUE(first);
        auto const second = ServeLock::take(folder.path());
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().kind, ErrorKind::conflict);
        EXPECT_THAT(describe(second.error()),
                    HasSubstr("another server (process " + std::to_string(::getpid()) + ")"));
    }
    EXPECT_TRUE(ServeLock::take(folder.path()));
}

TEST(ListeningTest, IsReadAsItWasWritten) {
    TestFolder const folder;
    auto const lock = ServeLock::take(folder.path());
    ASSERT_TRUE(lock);
    EXPECT_EQ(read_listening(folder.path()), std::nullopt);
    for (auto const& listening : {Listening{"127.0.0.1:1", "[::1]:2"}, Listening{"a:3", "b:4"}}) {
        ASSERT_TRUE(write_listening(folder.path(), listening));
        EXPECT_EQ(read_listening(folder.path()), listening);
    }
    EXPECT_FALSE(std::filesystem::exists(folder / "listening.json.new"));
    forget_listening(folder.path());
    EXPECT_EQ(read_listening(folder.path()), std::nullopt);
}

TEST(ListeningTest, WhatAServerLeftBehindIsPassedOver) {
    TestFolder const folder;
    ASSERT_TRUE(write_listening(folder.path(), {"127.0.0.1:1", "127.0.0.1:2"}));
    EXPECT_EQ(read_listening(folder.path()), std::nullopt);
    {
        auto const lock = ServeLock::take(folder.path());
        ASSERT_TRUE(lock);
        EXPECT_TRUE(ServeLock::is_held(folder.path()));
        EXPECT_TRUE(read_listening(folder.path()));
    }
    EXPECT_FALSE(ServeLock::is_held(folder.path()));
    EXPECT_EQ(read_listening(folder.path()), std::nullopt);
}

TEST(ListeningTest, AFileThatIsNotOursIsPassedOver) {
    TestFolder const folder;
    auto const lock = ServeLock::take(folder.path());
    ASSERT_TRUE(lock);
    for (std::string_view const text :
         {"", "{", "[]", "{\"http\":1,\"rtmp\":2}", "{}", "{\"http\":\"a\"}", "\xff\xfe"}) {
        std::ofstream(folder / "listening.json", std::ios::trunc) << text;
        EXPECT_EQ(read_listening(folder.path()), std::nullopt) << text;
    }
}

TEST(UrlsTest, AWildcardIsReachedOnThisMachine) {
    EXPECT_EQ(reachable("0.0.0.0:8080"), "127.0.0.1:8080");
    EXPECT_EQ(reachable("[::]:8080"), "127.0.0.1:8080");
    EXPECT_EQ(reachable(":8080"), "127.0.0.1:8080");
    EXPECT_EQ(reachable("192.0.2.1:80"), "192.0.2.1:80");
    EXPECT_EQ(reachable("[::1]:80"), "[::1]:80");
}

TEST(UrlsTest, ComeFromTheServerThatRunsOtherwiseFromTheSettings) {
    Settings settings;
    settings.http = "0.0.0.0:80";
    auto urls = make_urls(settings, std::nullopt);
    EXPECT_EQ(urls.ingest(), "rtmp://127.0.0.1:1935/live");
    EXPECT_EQ(urls.watch(StreamId("x")), "http://127.0.0.1:80/streaming/live/x");
    urls = make_urls(settings, Listening{.http = "127.0.0.1:1234", .rtmp = "[::]:5678"});
    EXPECT_EQ(urls.ingest(), "rtmp://127.0.0.1:5678/live");
    EXPECT_EQ(urls.playback(StreamId("x")), "http://127.0.0.1:1234/live/x/index.m3u8");
}

TEST(UrlsTest, ThePublicUrlGoesBeforeAll) {
    Settings settings;
    Listening const listening{.http = "127.0.0.1:1234", .rtmp = "127.0.0.1:5678"};
    settings.public_url = "https://fans.example:8443";
    auto urls = make_urls(settings, listening);
    EXPECT_EQ(urls.watch(StreamId("x")), "https://fans.example:8443/streaming/live/x");
    EXPECT_EQ(urls.ingest(), "rtmp://fans.example:5678/live");
    settings.public_url = "http://[::1]:8080";
    EXPECT_EQ(make_urls(settings, listening).ingest(), "rtmp://[::1]:5678/live");
    settings.public_url = "https://fans.example";
    EXPECT_EQ(make_urls(settings, listening).ingest(), "rtmp://fans.example:5678/live");
}

}  // namespace
}  // namespace directfanz::app
