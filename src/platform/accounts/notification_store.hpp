#pragma once

#include "platform/accounts/account_store.hpp"
#include "system/db/database.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace directfanz::accounts {

enum class NotificationKind {
    stream_live,
    creator_approved,
    creator_refused,
    new_follower,
    broadcast_ended_by_moderator,
    webhook_disabled,
    named_moderator,
};
std::string_view to_string(NotificationKind kind);

/// What somebody has missed.
struct Notification {
    std::string id;
    NotificationKind kind = NotificationKind::stream_live;
    WallTime created_at;
    bool read = false;
    std::optional<std::string> stream;
    std::optional<std::string> title;
    /// Who did it.
    std::optional<AccountId> by;
    std::optional<std::string> reason;
};

/// Every call blocks; from any thread.
class NotificationStore {
  public:
    explicit NotificationStore(db::Database& database) : database_(database) {}

    /// Of one account; older ones go when further ones come.
    static constexpr int kMost = 500;

    /// The same for all of them, in one transaction: hand on some hundreds at a time. `id` and
    /// `created_at` are made here.
    Result<void> notify(std::vector<AccountId> const& accounts, Notification const& notification,
                        WallTime now);

    /// Newest first.
    Result<std::vector<Notification>> list(AccountId const& account,
                                           std::optional<Before> const& before, std::size_t most);
    Result<std::int64_t> unread(AccountId const& account);
    Result<void> read_all(AccountId const& account, WallTime now);

  private:
    db::Database& database_;
};

}  // namespace directfanz::accounts
