#include "system/io/tls_context.hpp"

#include "system/io/releases.hpp"

#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

namespace directfanz::io {
namespace {

constexpr std::string_view kWhere = "tls";
/// A chain is a few kilobytes: more is some other file.
constexpr std::size_t kMaxFileBytes = 1024 * 1024;
/// TLS 1.2 with forward secrecy and authenticated encryption only (RFC 9325, 4.2); what TLS 1.3 has
/// is all of that kind.
constexpr char const* kTls12Ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";
constexpr unsigned char kSessionIdContext[] = "directfanz";

using BioPointer = std::unique_ptr<BIO, Releases<BIO_free>>;
using CertificatePointer = std::unique_ptr<X509, Releases<X509_free>>;
using KeyPointer = std::unique_ptr<EVP_PKEY, Releases<EVP_PKEY_free>>;
using NumberPointer = std::unique_ptr<BIGNUM, Releases<BN_free>>;

/// The library's own words for what went wrong last.
std::string library_reason() {
    auto const code = ERR_peek_last_error();
    auto const* reason = ERR_reason_error_string(code);
    ERR_clear_error();
    return reason == nullptr ? "unknown error" : reason;
}

Result<std::string> read_file(std::filesystem::path const& path, std::string_view what,
                              std::string_view setting) {
    if (path.empty()) {
        return fail(ErrorKind::invalid, kWhere,
                    fmt::format("TLS needs a {}: set {} to its file", what, setting));
    }
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    std::string text;
    if (file) {
        text.resize(kMaxFileBytes);
        file.read(text.data(), static_cast<std::streamsize>(text.size()));
        text.resize(static_cast<std::size_t>(file.gcount()));
    }
    if (!file.is_open() || file.bad() || text.empty()) {
        auto const why = errno != 0 ? std::strerror(errno) : "it is empty";
        return fail(ErrorKind::io, kWhere,
                    fmt::format("cannot read the {} {}: {}; check {} and the file's permissions",
                                what, path.string(), why, setting));
    }
    return text;
}

BioPointer bio_of(std::string const& text) {
    return BioPointer(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::unexpected<Error> bad_certificate(TlsFiles const& files, std::string_view why) {
    return fail(ErrorKind::invalid, kWhere,
                fmt::format("the TLS certificate {} {}", files.certificate.string(), why));
}

Result<void> use_chain(SSL_CTX* context, TlsFiles const& files) {
    auto const text = read_file(files.certificate, "TLS certificate", "tls.certificate");
    if (!text) return std::unexpected(text.error());
    auto const bio = bio_of(*text);
    CertificatePointer own(PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr));
    if (!own) {
        ERR_clear_error();
        return bad_certificate(files,
                               "cannot be understood: it must be PEM, with the server's "
                               "certificate first and the rest of its chain after it");
    }
    if (SSL_CTX_use_certificate(context, own.get()) != 1) {
        return bad_certificate(files, "is not accepted: " + library_reason());
    }
    while (auto* const next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
        if (SSL_CTX_add0_chain_cert(context, next) != 1) {
            X509_free(next);
            return bad_certificate(files, "has a chain that is not accepted: " + library_reason());
        }
    }
    auto const reason = ERR_GET_REASON(ERR_peek_last_error());
    ERR_clear_error();
    if (reason != 0 && reason != PEM_R_NO_START_LINE) {
        return bad_certificate(files, "has a damaged chain: put it together anew");
    }
    return {};
}

/// Asked only for keys with a passphrase: there is nobody to type one.
int no_passphrase(char*, int, int, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

Result<void> use_key(SSL_CTX* context, TlsFiles const& files) {
    auto const text = read_file(files.key, "TLS key", "tls.key");
    if (!text) return std::unexpected(text.error());
    auto const bio = bio_of(*text);
    bool encrypted = false;
    KeyPointer const key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, &encrypted));
    auto const name = files.key.string();
    if (encrypted) {
        ERR_clear_error();
        return fail(ErrorKind::invalid, kWhere,
                    fmt::format("the TLS key {} has a passphrase; take it off with "
                                "'openssl pkey -in {} -out plain-key.pem'",
                                name, name));
    }
    if (!key) {
        ERR_clear_error();
        return fail(ErrorKind::invalid, kWhere,
                    fmt::format("the TLS key {} cannot be understood: it must be a private key in "
                                "PEM ('-----BEGIN PRIVATE KEY-----')",
                                name));
    }
    auto* const certificate = SSL_CTX_get0_certificate(context);
    if (X509_check_private_key(certificate, key.get()) != 1) {
        ERR_clear_error();
        return fail(ErrorKind::invalid, kWhere,
                    fmt::format("the TLS key {} does not belong to the certificate {}; both must "
                                "come from the same request",
                                name, files.certificate.string()));
    }
    if (SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
        return fail(ErrorKind::invalid, kWhere,
                    fmt::format("the TLS key {} is not accepted: {}", name, library_reason()));
    }
    return {};
}

std::chrono::system_clock::time_point time_of(ASN1_TIME const* time) {
    std::tm parts{};
    ASN1_TIME_to_tm(time, &parts);
    return std::chrono::system_clock::from_time_t(::timegm(&parts));
}

std::string serial_of(X509 const* certificate) {
    NumberPointer const number(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
    auto* const hex = BN_bn2hex(number.get());
    std::string text = hex;
    OPENSSL_free(hex);
    return text;
}

int choose_protocol(SSL* ssl, unsigned char const** chosen, unsigned char* length,
                    unsigned char const* offered, unsigned offered_length, void*) {
    auto const& ours = *static_cast<Alpn const*>(SSL_get_app_data(ssl));
    if (ours.empty()) return SSL_TLSEXT_ERR_NOACK;
    unsigned char* name = nullptr;
    auto const found =
        SSL_select_next_proto(&name, length, reinterpret_cast<unsigned char const*>(ours.data()),
                              static_cast<unsigned>(ours.size()), offered, offered_length);
    // RFC 7301, 3.2: nothing in common ends the handshake.
    if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
    *chosen = name;
    return SSL_TLSEXT_ERR_OK;
}

void configure(SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context, kTls12Ciphers);
    // A peer that goes without saying so is a peer that has gone: HTTP and RTMP know their lengths.
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                     SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_ENABLE_KTLS);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    // One system call a record instead of two.
    SSL_CTX_set_read_ahead(context, 1);
    // Sessions are in the clients' tickets; here nothing is kept of them.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_session_id_context(context, kSessionIdContext, sizeof kSessionIdContext - 1);
    SSL_CTX_set_num_tickets(context, 1);
    SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
}

}  // namespace

TlsContext::TlsContext() : native_(SSL_CTX_new(TLS_server_method())) {
    if (native_ == nullptr) throw std::bad_alloc();
    configure(native_);
}

TlsContext::~TlsContext() {
    SSL_CTX_free(native_);
}

Result<std::shared_ptr<TlsContext const>> TlsContext::load(TlsFiles const& files) {
    std::shared_ptr<TlsContext> loaded(new TlsContext);
    ERR_clear_error();
    auto const chain = use_chain(loaded->native_, files);
    if (!chain) return std::unexpected(chain.error());
    auto const key = use_key(loaded->native_, files);
    if (!key) return std::unexpected(key.error());

    auto* const certificate = SSL_CTX_get0_certificate(loaded->native_);
    auto const now = std::chrono::system_clock::now();
    auto const begins = time_of(X509_get0_notBefore(certificate));
    loaded->expires_ = time_of(X509_get0_notAfter(certificate));
    loaded->serial_ = serial_of(certificate);
    if (loaded->expires_ <= now) {
        return bad_certificate(files, fmt::format("expired on {:%Y-%m-%d %H:%M} UTC; renew it",
                                                  fmt::gmtime(loaded->expires_)));
    }
    if (begins > now) {
        return bad_certificate(files,
                               fmt::format("is valid only from {:%Y-%m-%d %H:%M} UTC on; is this "
                                           "machine's clock right?",
                                           fmt::gmtime(begins)));
    }
    return loaded;
}

TlsIdentity::TlsIdentity(TlsFiles files, std::shared_ptr<TlsContext const> context)
    : files_(std::move(files)), current_(std::move(context)), read_(stamp_of(files_)) {}

Result<std::shared_ptr<TlsIdentity>> TlsIdentity::load(TlsFiles const& files) {
    auto context = TlsContext::load(files);
    if (!context) return std::unexpected(context.error());
    return std::make_shared<TlsIdentity>(files, std::move(*context));
}

std::shared_ptr<TlsContext const> TlsIdentity::current() const {
    std::scoped_lock const lock(mutex_);
    return current_;
}

Result<void> TlsIdentity::reload() {
    // Before reading: what is written meanwhile counts as a change.
    auto const stamp = stamp_of(files_);
    auto context = TlsContext::load(files_);
    std::scoped_lock const lock(mutex_);
    read_ = stamp;
    if (!context) return std::unexpected(context.error());
    current_ = std::move(*context);
    return {};
}

bool TlsIdentity::files_changed() const {
    auto const now = stamp_of(files_);
    std::scoped_lock const lock(mutex_);
    return now != read_;
}

TlsIdentity::Stamp TlsIdentity::stamp_of(TlsFiles const& files) {
    std::error_code ignored;
    return {.certificate = std::filesystem::last_write_time(files.certificate, ignored),
            .key = std::filesystem::last_write_time(files.key, ignored)};
}

}  // namespace directfanz::io
