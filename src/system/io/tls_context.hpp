#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

struct ssl_ctx_st;

namespace directfanz::io {

struct TlsFiles {
    /// PEM: the server's certificate, then those that lead to one that clients know.
    std::filesystem::path certificate;
    /// PEM, without a passphrase.
    std::filesystem::path key;

    bool operator==(TlsFiles const&) const = default;
};

/// What a listener speaks inside TLS, best first, each name after its length (RFC 7301, 3.1). A
/// client that offers others only is refused, one that offers nothing is not. Empty: no choice.
using Alpn = std::string_view;

/// One certificate and its key, ready for handshakes: TLS 1.2 and 1.3 only, ciphers with forward
/// secrecy only. Immutable; from any thread. A connection holds the one that it began with; its
/// application data is its listener's Alpn.
class TlsContext {
  public:
    /// Reads both files; blocks. The error is a sentence that names the file and what to do.
    static Result<std::shared_ptr<TlsContext const>> load(TlsFiles const& files);

    ~TlsContext();
    TlsContext(TlsContext const&) = delete;
    TlsContext& operator=(TlsContext const&) = delete;

    ssl_ctx_st* native() const { return native_; }
    /// The certificate's serial number, as openssl prints it.
    std::string const& serial() const { return serial_; }
    std::chrono::system_clock::time_point expires() const { return expires_; }

  private:
    TlsContext();

    ssl_ctx_st* native_;
    std::string serial_;
    std::chrono::system_clock::time_point expires_;
};

/// The certificate that new handshakes use. It can be replaced at any time; from any thread.
class TlsIdentity {
  public:
    TlsIdentity(TlsFiles files, std::shared_ptr<TlsContext const> context);

    /// As TlsContext::load; blocks.
    static Result<std::shared_ptr<TlsIdentity>> load(TlsFiles const& files);

    std::shared_ptr<TlsContext const> current() const;

    /// Reads the files again; blocks. After an error the old certificate stays.
    Result<void> reload();
    /// Have the files changed since they were last read, well or not? Blocks.
    bool files_changed() const;

  private:
    struct Stamp {
        std::filesystem::file_time_type certificate;
        std::filesystem::file_time_type key;
        bool operator==(Stamp const&) const = default;
    };
    static Stamp stamp_of(TlsFiles const& files);

    TlsFiles files_;
    mutable std::mutex mutex_;
    std::shared_ptr<TlsContext const> current_;
    Stamp read_;
};

}  // namespace directfanz::io
