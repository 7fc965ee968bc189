#include "app/certificate.hpp"

#include "base/log.hpp"
#include "system/io/self_signed.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

namespace directfanz::app {
namespace {

std::string expiry(io::TlsContext const& context) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(context.expires()));
}

std::unexpected<Error> cannot_write(std::filesystem::path const& path, std::string_view why) {
    return fail(ErrorKind::io, "", fmt::format("cannot write {}: {}", path.string(), why));
}

/// With the mode from the first byte on.
Result<void> write_file(std::filesystem::path const& path, std::string_view text, mode_t mode) {
    auto const beside = path.string() + ".new";
    ::unlink(beside.c_str());
    auto const descriptor =
        ::open(beside.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, mode);
    if (descriptor < 0) return cannot_write(path, std::strerror(errno));
    auto const written = ::write(descriptor, text.data(), text.size());
    auto const failure = written < 0 ? errno : 0;
    ::close(descriptor);
    if (written != static_cast<ssize_t>(text.size())) {
        ::unlink(beside.c_str());
        return cannot_write(path, failure != 0 ? std::strerror(failure) : "the disk is full");
    }
    if (::rename(beside.c_str(), path.c_str()) != 0)
        return cannot_write(path, std::strerror(errno));
    return {};
}

}  // namespace

Result<std::shared_ptr<io::TlsIdentity>> load_identity(Settings const& settings) {
    if (settings.https.empty() && settings.rtmps.empty()) return nullptr;
    auto identity =
        io::TlsIdentity::load({.certificate = settings.tls_certificate, .key = settings.tls_key});
    if (!identity) return identity;
    auto const context = (*identity)->current();
    log::info("certificate_loaded", {{"serial", context->serial()}, {"expires", expiry(*context)}});
    return identity;
}

void reload_certificate(io::TlsIdentity& identity) {
    auto const before = identity.current();
    auto const reloaded = identity.reload();
    if (!reloaded) {
        log::error("certificate_not_reloaded",
                   {{"reason", reloaded.error().message}, {"still_serving", before->serial()}});
        return;
    }
    auto const now = identity.current();
    log::info("certificate_reloaded", {{"serial", now->serial()}, {"expires", expiry(*now)}});
}

Result<std::string> make_certificate(SelfSignedOrder const& order) {
    auto const certificate = order.folder / "cert.pem";
    auto const key = order.folder / "key.pem";
    std::error_code error;
    std::filesystem::create_directories(order.folder, error);
    if (error) return cannot_write(order.folder, error.message());
    for (auto const& file : {certificate, key}) {
        if (order.force || !std::filesystem::exists(file, error)) continue;
        return fail(ErrorKind::conflict, "",
                    fmt::format("{} is there already; add --force to replace it", file.string()));
    }
    auto names = order.names;
    if (names.empty()) names = {"localhost", "127.0.0.1", "::1"};
    auto const made = io::make_self_signed(names, order.lifetime);
    if (!made) return std::unexpected(made.error());
    // The key first: a server that looks meanwhile finds a pair that does not match, and waits.
    auto written = write_file(key, made->key, 0600);
    if (written) written = write_file(certificate, made->certificate, 0644);
    if (!written) return std::unexpected(written.error());
    return fmt::format(
        "Wrote {} and {}, for {}, valid for {} days.\n"
        "Browsers warn of it: it is for trying out. Serve with it:\n"
        "  directfanz serve --https 127.0.0.1:8443 --rtmps 127.0.0.1:1936 \\\n"
        "      --tls-certificate {} --tls-key {}\n",
        certificate.string(), key.string(), fmt::join(names, ", "), order.lifetime.count(),
        certificate.string(), key.string());
}

}  // namespace directfanz::app
