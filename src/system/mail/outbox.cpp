#include "system/mail/outbox.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "system/mail/compose.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace directfanz::mail {
namespace {

std::unexpected<Error> cannot_write(std::filesystem::path const& path, int code) {
    return fail(
        ErrorKind::io, "outbox",
        fmt::format("cannot write {}: {}", path.string(), std::generic_category().message(code)));
}

Result<void> write_file(std::filesystem::path const& path, std::string_view bytes) {
    auto const descriptor = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (descriptor < 0) return cannot_write(path, errno);
    while (!bytes.empty()) {
        auto const written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            auto const code = errno;
            ::close(descriptor);
            ::unlink(path.c_str());
            return cannot_write(path, code);
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    ::close(descriptor);
    return {};
}

/// Sorts by time: 20260131T123456.789Z-0123456789.
std::string new_name() {
    auto name = to_iso8601(wall_now());
    std::erase_if(name, [](char c) { return c == '-' || c == ':'; });
    return name + "-" + random_token(50);
}

}  // namespace

Result<std::filesystem::path> Outbox::put(std::string const& mail) {
    if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) return cannot_write(folder_, errno);
    auto const name = new_name();
    auto whole = folder_ / (name + ".eml");
    auto const beside = folder_ / (name + ".new");
    auto const written = write_file(beside, mail);
    if (!written) return std::unexpected(written.error());
    std::error_code error;
    std::filesystem::rename(beside, whole, error);
    if (error) return cannot_write(whole, error.value());
    return whole;
}

void Outbox::remove_oldest() {
    std::error_code ignored;
    std::vector<std::filesystem::path> mails;
    for (auto const& entry : std::filesystem::directory_iterator(folder_, ignored)) {
        if (entry.path().extension() == ".eml") mails.push_back(entry.path());
    }
    if (mails.size() <= most_kept_) return;
    std::ranges::sort(mails);
    mails.resize(mails.size() - most_kept_);
    for (auto const& old : mails) std::filesystem::remove(old, ignored);
}

Result<void> Outbox::send(Message const& message) {
    auto const mail = compose(message, sender_, wall_now(), Way::file);
    if (!mail) return std::unexpected(mail.error());
    std::lock_guard const lock(mutex_);
    auto const path = put(*mail);
    if (!path) return std::unexpected(path.error());
    log::info("mail_in_outbox", {{"path", path->string()}, {"kind", message.kind}});
    remove_oldest();
    return {};
}

}  // namespace directfanz::mail
