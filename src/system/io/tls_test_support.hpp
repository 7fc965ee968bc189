#pragma once

#include "system/io/self_signed.hpp"
#include "system/io/tls_context.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <stdlib.h>

/// For tests alone.
namespace directfanz::io::testing {

/// A folder of its own, with files of a certificate in it.
class CertificateFolder {
  public:
    CertificateFolder() {
        std::string pattern = std::filesystem::temp_directory_path() / "directfanz-tls-XXXXXX";
        folder_ = ::mkdtemp(pattern.data());
        renew();
    }
    ~CertificateFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    CertificateFolder(CertificateFolder const&) = delete;
    CertificateFolder& operator=(CertificateFolder const&) = delete;

    TlsFiles files() const { return {folder_ / "cert.pem", folder_ / "key.pem"}; }

    /// Another certificate and key in place of those that are there.
    void renew() {
        auto const made = make_self_signed({"localhost"}, std::chrono::days(2)).value();
        write(files().certificate, made.certificate);
        write(files().key, made.key);
    }

    static void write(std::filesystem::path const& file, std::string_view text) {
        std::ofstream out(file, std::ios::trunc | std::ios::binary);
        out << text;
    }
    static std::string read(std::filesystem::path const& file) {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

  private:
    std::filesystem::path folder_;
};

}  // namespace directfanz::io::testing
