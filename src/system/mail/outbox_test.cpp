#include "system/mail/outbox.hpp"

#include "base/clock.hpp"
#include "system/db/test_folder.hpp"

#include <algorithm>
#include <fstream>
#include <set>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace directfanz::mail {
namespace {

using ::testing::HasSubstr;

class OutboxTest : public ::testing::Test {
  protected:
    static Message message(std::string subject) {
        return {.to = "me@example.org",
                .subject = std::move(subject),
                .text = "Grüße: https://fans.example/verify?token=" + std::string(100, 'x') + "\n",
                .kind = "verify_email"};
    }

    std::vector<std::string> mails() const {
        std::set<std::filesystem::path> paths;
        for (auto const& entry : std::filesystem::directory_iterator(outbox_folder)) {
            paths.insert(entry.path());
        }
        std::vector<std::string> texts;
        for (auto const& path : paths) {
            EXPECT_EQ(path.extension(), ".eml");
            std::ifstream in(path, std::ios::binary);
            texts.emplace_back(std::istreambuf_iterator<char>(in),
                               std::istreambuf_iterator<char>());
        }
        return texts;
    }

    static unsigned permissions(std::filesystem::path const& path) {
        struct stat status{};
        return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777U : 0;
    }

    TestFolder folder;
    std::filesystem::path outbox_folder = folder / "outbox";
    Sender sender = parse_sender("no-reply@fans.example").value();
};

TEST_F(OutboxTest, AMailIsAFileThatPeopleCanRead) {
    Outbox outbox(outbox_folder, sender);
    ASSERT_TRUE(outbox.send(message("Confirm")));
    ASSERT_EQ(mails().size(), 1U);
    EXPECT_THAT(mails().front(), HasSubstr("To: me@example.org\r\n"));
    // The link in one piece, to be copied.
    EXPECT_THAT(mails().front(),
                HasSubstr("Grüße: https://fans.example/verify?token=" + std::string(100, 'x')));
}

TEST_F(OutboxTest, OnlyTheOwnerReadsIt) {
    Outbox outbox(outbox_folder, sender);
    ASSERT_TRUE(outbox.send(message("Confirm")));
    EXPECT_EQ(permissions(outbox_folder), 0700U);
    EXPECT_EQ(permissions(std::filesystem::directory_iterator(outbox_folder)->path()), 0600U);
}

TEST_F(OutboxTest, AtTheLimitTheOldestGo) {
    Outbox outbox(outbox_folder, sender, 3);
    for (int i = 0; i < 6; ++i) {
        ASSERT_TRUE(outbox.send(message("Mail " + std::to_string(i))));
        std::this_thread::sleep_for(milliseconds(2));
    }
    auto const kept = mails();
    ASSERT_EQ(kept.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_THAT(kept[i], HasSubstr("Subject: Mail " + std::to_string(i + 3)));
    }
}

TEST_F(OutboxTest, ManyThreadsMaySendAtOnce) {
    Outbox outbox(outbox_folder, sender);
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&] {
                for (int i = 0; i < 20; ++i) EXPECT_TRUE(outbox.send(message("Confirm")));
            });
        }
    }
    EXPECT_EQ(mails().size(), 80U);
}

TEST_F(OutboxTest, AFolderThatCannotBeMadeIsToldInWords) {
    Outbox outbox(folder / "missing/outbox", sender);
    auto const refused = outbox.send(message("Confirm"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::io);
    EXPECT_THAT(refused.error().message, HasSubstr("missing/outbox"));
}

TEST_F(OutboxTest, WhatCannotBeAMailLeavesNothing) {
    Outbox outbox(outbox_folder, sender);
    auto wrong = message("Confirm");
    wrong.to = "me";
    EXPECT_FALSE(outbox.send(wrong));
    EXPECT_FALSE(std::filesystem::exists(outbox_folder));
}

}  // namespace
}  // namespace directfanz::mail
