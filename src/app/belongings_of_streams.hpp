#pragma once

#include "platform/accounts/belongings.hpp"
#include "platform/streams/streams.hpp"

namespace directfanz::app {

/// What an account has in streams: told, and let go, with the account.
class BelongingsOfStreams final : public accounts::Belongings {
  public:
    explicit BelongingsOfStreams(streams::Streams& streams) : streams_(streams) {}

    Result<std::vector<std::pair<std::string, std::string>>> export_of(
        AccountId const& account) override {
        return streams_.export_of(account);
    }
    Result<void> remove_all(AccountId const& account) override {
        return streams_.remove_all_of(account);
    }
    Result<void> reclaim(AccountId const& account) override {
        return streams_.replace_keys_of(account);
    }

  private:
    streams::Streams& streams_;
};

}  // namespace directfanz::app
