#pragma once

#include "platform/accounts/context.hpp"
#include "platform/api/api.hpp"

namespace directfanz::accounts {

/// Between people: listModerators, addModerator, removeModerator, listNotifications,
/// readNotifications.
class PeopleRoutes {
  public:
    explicit PeopleRoutes(Context& context) : context_(context) {}

    /// This must outlive the Api.
    void add_to(api::Api& api);

  private:
    using Answer = Result<http::Response>;

    io::Task<Answer> list_moderators(api::Call const& call);
    io::Task<Answer> add_moderator(api::Call const& call);
    io::Task<Answer> remove_moderator(api::Call const& call);
    io::Task<Answer> list_notifications(api::Call const& call);
    io::Task<Answer> read_notifications(api::Call const& call);

    Context& context_;
};

}  // namespace directfanz::accounts
