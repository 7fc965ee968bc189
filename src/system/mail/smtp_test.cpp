#include "system/mail/smtp.hpp"

#include "system/io/tls_test_support.hpp"
#include "system/mail/test_smtp_server.hpp"

#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::mail {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Tls = TestSmtpServer::Tls;
using Users = TestSmtpServer::Users;

class SmtpTest : public ::testing::Test {
  protected:
    TestSmtpServer& start(Tls tls, Users users = Users::anybody) {
        return server_.emplace(tls, users, certificate.files().certificate,
                               certificate.files().key);
    }

    SmtpOptions options(std::string url) const {
        return {.url = std::move(url),
                .from = parse_sender("The Fans <no-reply@fans.example>").value(),
                .authorities = certificate.files().certificate};
    }

    static Result<void> send(SmtpOptions const& options, std::string to = "me@example.org") {
        auto const mailer = make_smtp(options);
        if (!mailer) return std::unexpected(mailer.error());
        return (*mailer)->send({.to = std::move(to),
                                .subject = "Confirm",
                                .text = "Follow this:\n.\n..\nhttps://fans.example/verify?a=b\n",
                                .kind = "verify_email"});
    }

    io::testing::CertificateFolder certificate;

  private:
    std::optional<TestSmtpServer> server_;
};

TEST_F(SmtpTest, MailArrivesOverStarttls) {
    auto& server = start(Tls::starttls);
    auto const sent = send(options(server.url("smtp")));
    ASSERT_TRUE(sent) << describe(sent.error());
    ASSERT_EQ(server.mails().size(), 1U);
    auto const mail = server.mails().front();
    EXPECT_THAT(mail, ::testing::StartsWith("no-reply@fans.example to ['me@example.org']\n"));
    EXPECT_THAT(mail, HasSubstr("From: \"The Fans\"\r\n <no-reply@fans.example>\r\n"));
    EXPECT_THAT(mail, HasSubstr("Subject: Confirm\r\n"));
    // Lines of dots are no end.
    EXPECT_THAT(mail, HasSubstr("Follow this:\r\n.\r\n..\r\nhttps://fans.example/"));
}

TEST_F(SmtpTest, MailArrivesOverTlsFromTheFirstByte) {
    auto& server = start(Tls::from_the_start);
    auto const sent = send(options(server.url("smtps")));
    ASSERT_TRUE(sent) << describe(sent.error());
    EXPECT_EQ(server.mails().size(), 1U);
}

TEST_F(SmtpTest, UserAndPasswordAreSentInsideTlsAlone) {
    auto& server = start(Tls::starttls, Users::known);
    auto signed_in = options(server.url("smtp"));
    signed_in.user = "me";
    signed_in.password = "right";
    auto const sent = send(signed_in);
    ASSERT_TRUE(sent) << describe(sent.error());
    EXPECT_EQ(server.mails().size(), 1U);

    signed_in.password = "wrong";
    auto const refused = send(signed_in);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::denied);
    EXPECT_THAT(refused.error().message, HasSubstr("refuses user and password"));
    EXPECT_THAT(refused.error().message, Not(HasSubstr("wrong")));
}

TEST_F(SmtpTest, WithoutStarttlsNothingIsSentUnlessItIsAllowed) {
    auto& server = start(Tls::none);
    auto const refused = send(options(server.url("smtp")));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("offers no STARTTLS"));
    EXPECT_TRUE(server.mails().empty());

    auto plain = options(server.url("smtp"));
    plain.plain = true;
    auto const sent = send(plain);
    ASSERT_TRUE(sent) << describe(sent.error());
    EXPECT_EQ(server.mails().size(), 1U);
}

TEST_F(SmtpTest, ACertificateOfNobodyIsRefused) {
    auto& server = start(Tls::starttls);
    auto wary = options(server.url("smtp"));
    wary.authorities.clear();
    auto const refused = send(wary);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_TRUE(server.mails().empty());
}

TEST_F(SmtpTest, TheServersReplySaysWhetherToTryAgain) {
    auto& server = start(Tls::starttls);
    auto const never = send(options(server.url("smtp")), "nobody@example.org");
    ASSERT_FALSE(never);
    EXPECT_EQ(never.error().kind, ErrorKind::denied);
    EXPECT_THAT(never.error().message, HasSubstr("550"));
    auto const later = send(options(server.url("smtp")), "later@example.org");
    ASSERT_FALSE(later);
    EXPECT_EQ(later.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(later.error().message, HasSubstr("451"));
}

TEST_F(SmtpTest, AnAddressThatIsNoneIsNeverSentTo) {
    auto& server = start(Tls::starttls);
    for (std::string const to : {"", "me", "me@example.org>\r\nRCPT TO:<you@example.org",
                                 "me@example.org\r\nX: y", "<me@example.org>", "@", "a b@c.de"}) {
        auto const refused = send(options(server.url("smtp")), to);
        ASSERT_FALSE(refused) << to;
        EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
    }
    EXPECT_TRUE(server.mails().empty());
}

TEST_F(SmtpTest, AServerThatIsAwayIsUnavailable) {
    auto away = options("smtp://localhost:1");
    auto const refused = send(away);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
    EXPECT_THAT(refused.error().message, HasSubstr("smtp://localhost:1"));
}

TEST(SmtpUrlTest, NamesAServerAndNothingElse) {
    for (std::string_view const url : {"smtp://mail.example.org", "smtp://127.0.0.1:25",
                                       "smtps://mail.example.org", "smtps://[::1]:465"}) {
        EXPECT_TRUE(check_smtp_url(url)) << url;
    }
    for (std::string_view const url :
         {"", "mail.example.org", "http://mail.example.org", "smtp://", "smtp://me:secret@host",
          "smtp://host/path", "smtp://host/", "smtp://host?x=y", "smtp://host#x", "smtp://a b"}) {
        EXPECT_FALSE(check_smtp_url(url)) << url;
    }
}

}  // namespace
}  // namespace directfanz::mail
