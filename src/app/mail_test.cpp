#include "app/mail.hpp"

#include "system/db/test_folder.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::app {
namespace {

using testing::HasSubstr;

class MailerTest : public testing::Test {
  protected:
    MailerTest() { settings.data = folder.path(); }

    std::string refusal() const {
        auto const made = make_mailer(settings);
        return made ? "" : describe(made.error());
    }

    TestFolder folder;
    Settings settings;
};

TEST_F(MailerTest, WithoutAServerMailGoesIntoTheOutbox) {
    auto const mailer = make_mailer(settings);
    ASSERT_TRUE(mailer) << describe(mailer.error());
    ASSERT_TRUE(
        (*mailer)->send({.to = "me@example.org", .subject = "Hello", .text = "x", .kind = "test"}));
    EXPECT_FALSE(std::filesystem::is_empty(folder / "outbox"));
}

TEST_F(MailerTest, AUserNeedsAPassword) {
    settings.mail_smtp = "smtp://localhost:1";
    EXPECT_EQ(refusal(), "");
    settings.mail_user = "me";
    EXPECT_THAT(refusal(), HasSubstr("set together"));
    settings.mail_password_file = folder / "password";
    EXPECT_THAT(refusal(), HasSubstr("no password can be read from"));
    std::ofstream(settings.mail_password_file) << "secret\n";
    EXPECT_EQ(refusal(), "");
}

TEST_F(MailerTest, ASenderThatIsNoneIsRefused) {
    settings.mail_from = "nobody";
    EXPECT_THAT(refusal(), HasSubstr("no mail address"));
}

}  // namespace
}  // namespace directfanz::app
