#pragma once

#include "system/mail/address.hpp"
#include "system/mail/mailer.hpp"

#include <cstddef>
#include <filesystem>
#include <mutex>

namespace directfanz::mail {

/// Puts mail into a folder instead of sending it: TIME-RANDOM.eml, whole or not at all, readable by
/// its owner only. The log tells each one's path (mail_in_outbox). At the limit the oldest go.
class Outbox final : public Mailer {
  public:
    static constexpr std::size_t kMostKept = 1'000;

    /// The folder is made by the first mail.
    Outbox(std::filesystem::path folder, Sender sender, std::size_t most_kept = kMostKept)
        : folder_(std::move(folder)), sender_(std::move(sender)), most_kept_(most_kept) {}

    Result<void> send(Message const& message) override;

  private:
    Result<std::filesystem::path> put(std::string const& mail);
    void remove_oldest();

    std::filesystem::path folder_;
    Sender sender_;
    std::size_t most_kept_;
    std::mutex mutex_;
};

}  // namespace directfanz::mail
