#include "system/io/self_signed.hpp"

#include "system/io/releases.hpp"

#include <algorithm>
#include <memory>
#include <string_view>

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

namespace directfanz::io {
namespace {

constexpr std::string_view kWhere = "certificate";
/// RFC 5280, 4.1.2.2: at most 20 octets, positive.
constexpr int kSerialBits = 159;
constexpr std::size_t kLongestName = 253;
/// RFC 5280, ub-common-name.
constexpr std::size_t kLongestSubject = 64;
/// Clocks differ.
constexpr std::chrono::seconds kHeadStart = std::chrono::hours(1);

using BioPointer = std::unique_ptr<BIO, Releases<BIO_free>>;
using CertificatePointer = std::unique_ptr<X509, Releases<X509_free>>;
using KeyPointer = std::unique_ptr<EVP_PKEY, Releases<EVP_PKEY_free>>;
using NumberPointer = std::unique_ptr<BIGNUM, Releases<BN_free>>;
using ExtensionPointer = std::unique_ptr<X509_EXTENSION, Releases<X509_EXTENSION_free>>;

bool is_address(std::string const& name) {
    boost::system::error_code error;
    boost::asio::ip::make_address(name, error);
    return !error;
}

bool is_host(std::string_view name) {
    auto const allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.' || c == '*' || c == '_';
    };
    return !name.empty() && name.size() <= kLongestName && std::ranges::all_of(name, allowed);
}

Result<std::string> alternative_names(std::vector<std::string> const& names) {
    std::string list;
    for (auto const& name : names) {
        auto const address = is_address(name);
        if (!address && !is_host(name)) {
            return fail(ErrorKind::invalid, kWhere,
                        fmt::format("'{}' is neither a host name nor an address", name));
        }
        list += fmt::format("{}{}:{}", list.empty() ? "" : ",", address ? "IP" : "DNS", name);
    }
    return list;
}

bool add_extension(X509* certificate, int kind, std::string const& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    ExtensionPointer const extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
    NumberPointer const number(BN_new());
    return number && BN_rand(number.get(), kSerialBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
           BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_subject(X509* certificate, std::string_view name) {
    auto* const subject = X509_get_subject_name(certificate);
    auto const shown = name.substr(0, kLongestSubject);
    return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                      reinterpret_cast<unsigned char const*>(shown.data()),
                                      static_cast<int>(shown.size()), -1, 0) == 1 &&
           X509_set_issuer_name(certificate, subject) == 1;
}

std::string text_of(BIO* bio) {
    char* data = nullptr;
    auto const size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

}  // namespace

Result<SelfSigned> make_self_signed(std::vector<std::string> const& names,
                                    std::chrono::days lifetime) {
    auto const alternatives = alternative_names(names);
    if (!alternatives) return std::unexpected(alternatives.error());
    if (names.empty()) return fail(ErrorKind::invalid, kWhere, "a certificate needs a name");

    KeyPointer const key(EVP_EC_gen("P-256"));
    CertificatePointer const certificate(X509_new());
    BioPointer const certificate_text(BIO_new(BIO_s_mem()));
    BioPointer const key_text(BIO_new(BIO_s_mem()));
    auto const seconds = std::chrono::seconds(lifetime).count();
    auto const made =
        key && certificate && certificate_text && key_text &&
        X509_set_version(certificate.get(), X509_VERSION_3) == 1 && set_serial(certificate.get()) &&
        X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kHeadStart.count()) != nullptr &&
        X509_gmtime_adj(X509_getm_notAfter(certificate.get()), seconds) != nullptr &&
        X509_set_pubkey(certificate.get(), key.get()) == 1 &&
        set_subject(certificate.get(), names.front()) &&
        add_extension(certificate.get(), NID_subject_alt_name, *alternatives) &&
        // Its own issuer: so it can be given to clients as the one to trust.
        add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE") &&
        add_extension(certificate.get(), NID_key_usage, "critical,digitalSignature,keyCertSign") &&
        add_extension(certificate.get(), NID_ext_key_usage, "serverAuth") &&
        X509_sign(certificate.get(), key.get(), EVP_sha256()) != 0 &&
        PEM_write_bio_X509(certificate_text.get(), certificate.get()) == 1 &&
        PEM_write_bio_PrivateKey(key_text.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                 nullptr) == 1;
    if (!made) {
        auto const* reason = ERR_reason_error_string(ERR_peek_last_error());
        auto const error = fail(ErrorKind::io, kWhere,
                                fmt::format("the certificate could not be made: {}",
                                            reason == nullptr ? "unknown error" : reason));
        ERR_clear_error();
        return error;
    }
    return SelfSigned{.certificate = text_of(certificate_text.get()),
                      .key = text_of(key_text.get())};
}

}  // namespace directfanz::io
