#pragma once

#include "base/result.hpp"

#include <string>

namespace directfanz::mail {

/// A mail to one person. Text is UTF-8, its lines end with LF or CRLF.
struct Message {
    /// As parse_address() takes it.
    std::string to;
    std::string subject;
    std::string text;
    /// The same for readers that show HTML; empty: none.
    std::string html = {};
    /// What it is for, for the log: "verify_email".
    std::string kind;
};

/// Sends mail. Any thread may call, and send() blocks: use an io::BlockingPool.
class Mailer {
  public:
    virtual ~Mailer() = default;

    /// Returns when somebody else has taken it on. Whether to try again later is the caller's:
    /// unavailable and timeout may pass, invalid and denied will not.
    virtual Result<void> send(Message const& message) = 0;
};

}  // namespace directfanz::mail
