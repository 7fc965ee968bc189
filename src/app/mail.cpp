#include "app/mail.hpp"

#include "system/mail/outbox.hpp"
#include "system/mail/smtp.hpp"

#include <fstream>

#include <fmt/format.h>

namespace directfanz::app {
namespace {

constexpr std::size_t kMaxPasswordLength = 1'000;

/// The file's first line.
Result<std::string> read_password(std::filesystem::path const& file) {
    if (file.empty()) return std::string();
    std::ifstream in(file);
    std::string password;
    if (!in || !std::getline(in, password) || password.size() > kMaxPasswordLength) {
        return fail(ErrorKind::io, "mail.password_file",
                    fmt::format("no password can be read from {}", file.string()));
    }
    while (password.ends_with('\r')) password.pop_back();
    return password;
}

}  // namespace

Result<std::unique_ptr<mail::Mailer>> make_mailer(Settings const& settings) {
    auto sender = mail::parse_sender(settings.mail_from);
    if (!sender) return std::unexpected(std::move(sender.error()));
    if (settings.mail_smtp.empty()) {
        return std::make_unique<mail::Outbox>(settings.data / "outbox", std::move(*sender));
    }
    if (settings.mail_user.empty() != settings.mail_password_file.empty()) {
        return fail(ErrorKind::invalid, "mail.user",
                    "mail.user and mail.password_file are set together, or not at all");
    }
    auto password = read_password(settings.mail_password_file);
    if (!password) return std::unexpected(std::move(password.error()));
    return mail::make_smtp({.url = settings.mail_smtp,
                            .user = settings.mail_user,
                            .password = std::move(*password),
                            .from = std::move(*sender),
                            .plain = settings.mail_plain});
}

}  // namespace directfanz::app
