#include "system/io/tls_context.hpp"

#include "system/io/tls_test_support.hpp"

#include <chrono>

#include <gtest/gtest.h>
#include <openssl/pem.h>

namespace directfanz::io {
namespace {

using testing::CertificateFolder;

class TlsContextTest : public ::testing::Test {
  protected:
    /// The sentence that refuses what lies in the folder; empty if it is taken.
    std::string refusal() const {
        auto const loaded = TlsContext::load(folder_.files());
        return loaded ? "" : loaded.error().message;
    }
    bool refusal_says(std::string_view words) const {
        auto const text = refusal();
        EXPECT_NE(text.find(words), std::string::npos) << text;
        return text.find(words) != std::string::npos;
    }

    CertificateFolder folder_;
};

TEST_F(TlsContextTest, TakesACertificateWithItsKey) {
    auto const loaded = TlsContext::load(folder_.files());
    ASSERT_TRUE(loaded) << loaded.error().message;
    EXPECT_GE((*loaded)->serial().size(), 20U);
    auto const left = (*loaded)->expires() - std::chrono::system_clock::now();
    EXPECT_GT(left, std::chrono::hours(47));
    EXPECT_LE(left, std::chrono::hours(48));
}

TEST_F(TlsContextTest, TakesAChain) {
    CertificateFolder const other;
    auto const files = folder_.files();
    auto const chain = CertificateFolder::read(files.certificate) +
                       CertificateFolder::read(other.files().certificate);
    CertificateFolder::write(files.certificate, chain);
    EXPECT_EQ(refusal(), "");
}

TEST_F(TlsContextTest, NamesTheFileThatIsMissing) {
    std::filesystem::remove(folder_.files().key);
    EXPECT_TRUE(refusal_says("key.pem"));
    EXPECT_TRUE(refusal_says("No such file"));
    EXPECT_TRUE(refusal_says("tls.key"));
    std::filesystem::remove(folder_.files().certificate);
    EXPECT_TRUE(refusal_says("cert.pem"));
    EXPECT_TRUE(refusal_says("tls.certificate"));
}

TEST_F(TlsContextTest, AsksForAFileThatWasNotNamed) {
    auto const loaded = TlsContext::load({.certificate = folder_.files().certificate, .key = {}});
    ASSERT_FALSE(loaded);
    EXPECT_NE(loaded.error().message.find("set tls.key"), std::string::npos);
}

TEST_F(TlsContextTest, RefusesAFolder) {
    auto const file = folder_.files().certificate;
    std::filesystem::remove(file);
    std::filesystem::create_directory(file);
    EXPECT_TRUE(refusal_says("cannot read"));
}

TEST_F(TlsContextTest, TellsAKeyOfAnotherCertificate) {
    CertificateFolder const other;
    CertificateFolder::write(folder_.files().key, CertificateFolder::read(other.files().key));
    EXPECT_TRUE(refusal_says("does not belong to the certificate"));
}

TEST_F(TlsContextTest, TellsThatFilesWereSwapped) {
    auto const files = folder_.files();
    std::filesystem::rename(files.certificate, files.key.string() + ".old");
    std::filesystem::rename(files.key, files.certificate);
    std::filesystem::rename(files.key.string() + ".old", files.key);
    EXPECT_TRUE(refusal_says("must be PEM"));
}

TEST_F(TlsContextTest, RefusesWhatIsNoPem) {
    CertificateFolder::write(folder_.files().certificate, "nonsense");
    EXPECT_TRUE(refusal_says("must be PEM"));
    folder_.renew();
    CertificateFolder::write(folder_.files().key, "nonsense");
    EXPECT_TRUE(refusal_says("must be a private key in PEM"));
    folder_.renew();
    CertificateFolder::write(folder_.files().key, "");
    EXPECT_TRUE(refusal_says("it is empty"));
}

TEST_F(TlsContextTest, RefusesADamagedChain) {
    auto const file = folder_.files().certificate;
    auto const own = CertificateFolder::read(file);
    auto broken = own;
    broken.replace(broken.size() / 2, 8, "????????");
    CertificateFolder::write(file, own + broken);
    EXPECT_TRUE(refusal_says("damaged chain"));
}

TEST_F(TlsContextTest, TellsHowToTakeAPassphraseOff) {
    auto const plain = CertificateFolder::read(folder_.files().key);
    auto* const in = BIO_new_mem_buf(plain.data(), static_cast<int>(plain.size()));
    auto* const out = BIO_new_file(folder_.files().key.c_str(), "w");
    auto* const key = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
    ASSERT_EQ(
        PEM_write_bio_PKCS8PrivateKey(out, key, EVP_aes_256_cbc(), "secret", 6, nullptr, nullptr),
        1);
    EVP_PKEY_free(key);
    BIO_free(out);
    BIO_free(in);
    EXPECT_TRUE(refusal_says("openssl pkey -in"));
}

TEST_F(TlsContextTest, RefusesACertificateThatHasExpired) {
    auto const made = make_self_signed({"localhost"}, std::chrono::days(-1));
    ASSERT_TRUE(made);
    CertificateFolder::write(folder_.files().certificate, made->certificate);
    CertificateFolder::write(folder_.files().key, made->key);
    EXPECT_TRUE(refusal_says("expired on"));
}

TEST_F(TlsContextTest, MakesCertificatesOnlyForNamesAndAddresses) {
    EXPECT_TRUE(make_self_signed({"*.fans.example", "192.0.2.1", "::1"}, std::chrono::days(1)));
    for (auto const* name : {"", "a b", "a,DNS:b", "h\xc3\xb6st"}) {
        EXPECT_FALSE(make_self_signed({name}, std::chrono::days(1))) << name;
    }
    EXPECT_FALSE(make_self_signed({}, std::chrono::days(1)));
}

TEST_F(TlsContextTest, ReplacesTheCertificateForWhatComesNext) {
    auto const identity = TlsIdentity::load(folder_.files());
    ASSERT_TRUE(identity);
    auto const before = (*identity)->current();
    EXPECT_FALSE((*identity)->files_changed());
    folder_.renew();
    std::filesystem::last_write_time(
        folder_.files().key,
        std::filesystem::file_time_type::clock::now() + std::chrono::seconds(1));
    EXPECT_TRUE((*identity)->files_changed());
    ASSERT_TRUE((*identity)->reload());
    EXPECT_FALSE((*identity)->files_changed());
    EXPECT_NE((*identity)->current()->serial(), before->serial());
}

TEST_F(TlsContextTest, KeepsTheOldCertificateWhenTheNewOneIsBroken) {
    auto const identity = TlsIdentity::load(folder_.files());
    ASSERT_TRUE(identity);
    auto const before = (*identity)->current();
    CertificateFolder::write(folder_.files().certificate, "half of");
    EXPECT_FALSE((*identity)->reload());
    EXPECT_EQ((*identity)->current(), before);
    // Said once, not at every look.
    EXPECT_FALSE((*identity)->files_changed());
}

}  // namespace
}  // namespace directfanz::io
