#pragma once

#include "base/clock.hpp"
#include "system/mail/address.hpp"
#include "system/mail/mailer.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace directfanz::mail {

struct SmtpOptions {
    /// As check_smtp_url() takes it.
    std::string url;
    /// Empty: without signing in.
    std::string user = {};
    std::string password = {};
    Sender from;
    /// smtp:// without STARTTLS: mail, and the password, can be read on the way. For a server on
    /// this machine or in a network of one's own.
    bool plain = false;
    /// PEM: whom to believe that a server is who it says; empty: the system's.
    std::filesystem::path authorities = {};
    milliseconds connect_timeout{10'000};
    /// For a whole mail.
    milliseconds timeout{60'000};
};

/// smtp://HOST[:PORT] (587, STARTTLS) or smtps://HOST[:PORT] (465, TLS from the first byte).
/// Error: invalid; user and password do not stand in it.
Result<void> check_smtp_url(std::string_view url);

/// A connection a mail, by libcurl. Errors: denied for what a server refuses for good (its reply is
/// 5xx) and for who it does not let in, timeout, unavailable for the rest.
Result<std::unique_ptr<Mailer>> make_smtp(SmtpOptions options);

}  // namespace directfanz::mail
