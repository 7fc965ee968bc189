#include "platform/accounts/setup_link.hpp"

#include "base/log.hpp"
#include "platform/accounts/secret.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace directfanz::accounts {
namespace {

Result<void> write_private(std::filesystem::path const& file, std::string const& text) {
    auto const bad = [&file] {
        return fail(ErrorKind::io, "setup link",
                    fmt::format("cannot write {}: {}", file.string(),
                                std::generic_category().message(errno)));
    };
    auto const descriptor =
        ::open(file.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) return bad();
    auto const written = ::write(descriptor, text.data(), text.size());
    auto const closed = ::close(descriptor);
    if (written != static_cast<ssize_t>(text.size()) || closed != 0) return bad();
    return {};
}

}  // namespace

Result<std::string> SetupLink::offer(std::string_view url) {
    auto const token = new_secret();
    // Behind '#': browsers send it to no server, and no log of a proxy keeps it.
    auto link = fmt::format("{}/setup#token={}", url, token);
    auto written = write_private(file_, link + "\n");
    if (!written) return std::unexpected(std::move(written.error()));
    std::lock_guard const lock(mutex_);
    hash_ = hash_of_secret(token);
    return link;
}

bool SetupLink::take(std::string_view token) {
    std::lock_guard const lock(mutex_);
    if (hash_.empty() || !same_secret(hash_, hash_of_secret(token))) return false;
    hash_.clear();
    return true;
}

void SetupLink::put_back(std::string_view token) {
    std::lock_guard const lock(mutex_);
    hash_ = hash_of_secret(token);
}

void SetupLink::used() {
    std::error_code failure;
    std::filesystem::remove(file_, failure);
    if (failure) {
        log::warning("setup_link_not_removed",
                     {{"file", file_.string()}, {"error", failure.message()}});
    }
}

}  // namespace directfanz::accounts
