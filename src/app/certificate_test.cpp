#include "app/certificate.hpp"

#include "system/db/test_folder.hpp"

#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::app {
namespace {

using std::filesystem::perms;
using testing::HasSubstr;
using testing::StartsWith;

std::string contents(std::filesystem::path const& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

class CertificateTest : public testing::Test {
  protected:
    std::filesystem::path const& certificate() const { return certificate_; }
    std::filesystem::path const& key() const { return key_; }

    /// With https on.
    Settings settings() const {
        Settings settings;
        settings.https = "127.0.0.1:0";
        settings.tls_certificate = certificate_;
        settings.tls_key = key_;
        return settings;
    }

    TestFolder folder_;
    SelfSignedOrder order_{.folder = folder_ / "deep/tls"};

  private:
    std::filesystem::path certificate_ = order_.folder / "cert.pem";
    std::filesystem::path key_ = order_.folder / "key.pem";
};

TEST_F(CertificateTest, MakesAPairThatCanBeServed) {
    auto const said = make_certificate(order_);
    ASSERT_TRUE(said) << said.error().message;
    EXPECT_THAT(*said, HasSubstr(certificate().string()));
    EXPECT_THAT(*said, HasSubstr("for localhost, 127.0.0.1, ::1, valid for 365 days"));
    EXPECT_THAT(*said, HasSubstr("--tls-key " + key().string()));
    EXPECT_THAT(contents(certificate()), StartsWith("-----BEGIN CERTIFICATE-----"));
    auto const identity = load_identity(settings());
    ASSERT_TRUE(identity) << identity.error().message;
    ASSERT_NE(*identity, nullptr);
    auto const left = (*identity)->current()->expires() - std::chrono::system_clock::now();
    EXPECT_NEAR(std::chrono::duration<double>(left).count(), 365 * 86'400.0, 2 * 86'400.0);
}

TEST_F(CertificateTest, LetsNobodyElseReadTheKey) {
    ASSERT_TRUE(make_certificate(order_));
    EXPECT_EQ(std::filesystem::status(key()).permissions(), perms::owner_read | perms::owner_write);
    order_.force = true;
    std::filesystem::permissions(key(), perms::all);
    ASSERT_TRUE(make_certificate(order_));
    EXPECT_EQ(std::filesystem::status(key()).permissions(), perms::owner_read | perms::owner_write)
        << "also where an open one was";
}

TEST_F(CertificateTest, ReplacesNothingUnlessAskedTo) {
    for (auto const* const name : {"cert.pem", "key.pem"}) {
        std::filesystem::create_directories(order_.folder);
        auto const file = order_.folder / name;
        std::ofstream(file) << "precious";
        auto const refused = make_certificate(order_);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
        EXPECT_THAT(refused.error().message, HasSubstr(file.string()));
        EXPECT_THAT(refused.error().message, HasSubstr("--force"));
        EXPECT_EQ(contents(file), "precious");
        std::filesystem::remove(file);
        EXPECT_TRUE(std::filesystem::is_empty(order_.folder));
    }
    ASSERT_TRUE(make_certificate(order_));
    auto const before = contents(certificate());
    order_.force = true;
    ASSERT_TRUE(make_certificate(order_));
    EXPECT_NE(contents(certificate()), before);
    EXPECT_TRUE(load_identity(settings()));
}

TEST_F(CertificateTest, NamesWhomItIsFor) {
    order_.names = {"fans.example", "192.0.2.7"};
    order_.lifetime = std::chrono::days(3);
    auto const said = make_certificate(order_);
    ASSERT_TRUE(said);
    EXPECT_THAT(*said, HasSubstr("for fans.example, 192.0.2.7, valid for 3 days"));
    order_.names = {"no name at all"};
    order_.force = true;
    auto const refused = make_certificate(order_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
}

TEST_F(CertificateTest, SaysWhereItCannotWrite) {
    std::ofstream(folder_ / "file") << "x";
    order_.folder = folder_ / "file";
    auto const refused = make_certificate(order_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::io);
    EXPECT_THAT(refused.error().message, HasSubstr("cannot write " + order_.folder.string()));
}

TEST_F(CertificateTest, AsksForNoneWhereNothingIsEncrypted) {
    auto const none = load_identity(Settings());
    ASSERT_TRUE(none);
    EXPECT_EQ(*none, nullptr);
}

TEST_F(CertificateTest, AsksForOneForRtmpsAlone) {
    auto settings = this->settings();
    settings.https.clear();
    settings.rtmps = "127.0.0.1:0";
    auto const missing = load_identity(settings);
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, HasSubstr("cert.pem"));
    ASSERT_TRUE(make_certificate(order_));
    EXPECT_TRUE(load_identity(settings));
}

TEST_F(CertificateTest, ServesOnWithTheOldOneWhereTheNewOneIsNoGood) {
    ASSERT_TRUE(make_certificate(order_));
    auto const identity = load_identity(settings()).value();
    auto const first = identity->current()->serial();
    std::ofstream(certificate()) << "nonsense";
    testing::internal::CaptureStderr();
    reload_certificate(*identity);
    auto const failed = testing::internal::GetCapturedStderr();
    EXPECT_THAT(failed, HasSubstr("certificate_not_reloaded"));
    EXPECT_THAT(failed, HasSubstr("still_serving=" + first));
    EXPECT_EQ(identity->current()->serial(), first);

    order_.force = true;
    ASSERT_TRUE(make_certificate(order_));
    testing::internal::CaptureStderr();
    reload_certificate(*identity);
    auto const second = identity->current()->serial();
    EXPECT_NE(second, first);
    EXPECT_THAT(testing::internal::GetCapturedStderr(),
                HasSubstr("certificate_reloaded serial=" + second));
}

}  // namespace
}  // namespace directfanz::app
