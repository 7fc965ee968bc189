#include "platform/accounts/people_routes.hpp"

#include "platform/accounts/pages.hpp"
#include "platform/api/query.hpp"

namespace directfanz::accounts {
namespace {

Error nobody() {
    return {ErrorKind::not_found, "handle", "Nobody has this handle."};
}

}  // namespace

void PeopleRoutes::add_to(api::Api& api) {
    api.on("listModerators", *this, &PeopleRoutes::list_moderators);
    api.on("addModerator", *this, &PeopleRoutes::add_moderator);
    api.on("removeModerator", *this, &PeopleRoutes::remove_moderator);
    api.on("listNotifications", *this, &PeopleRoutes::list_notifications);
    api.on("readNotifications", *this, &PeopleRoutes::read_notifications);
}

io::Task<PeopleRoutes::Answer> PeopleRoutes::list_moderators(api::Call const& call) {
    auto work = [&]() -> Result<std::vector<Account>> {
        auto const ids = context_.stores.moderators.list(call.caller.account);
        if (!ids) return std::unexpected(ids.error());
        auto const found = context_.stores.accounts.find_all(*ids);
        if (!found) return std::unexpected(found.error());
        std::vector<Account> accounts;
        for (auto const& id : *ids) {
            if (auto const at = found->find(id); at != found->end()) accounts.push_back(at->second);
        }
        return accounts;
    };
    auto const accounts = co_await context_.blocking.run(work);
    if (!accounts) co_return std::unexpected(accounts.error());
    co_return api::json_response(render_profiles(*accounts));
}

io::Task<PeopleRoutes::Answer> PeopleRoutes::add_moderator(api::Call const& call) {
    auto work = [&]() -> Result<void> {
        auto const account = context_.stores.accounts.find_by_handle(call.parameter("handle"));
        if (!account) return std::unexpected(account.error());
        if (!*account) return std::unexpected(nobody());
        if ((*account)->id == call.caller.account) {
            return fail(ErrorKind::conflict, "moderator", "Your own streams are yours anyway.");
        }
        auto const fresh =
            context_.stores.moderators.add(call.caller.account, (*account)->id, wall_now());
        if (!fresh) return std::unexpected(fresh.error());
        if (!*fresh) return {};
        Notification notification;
        notification.kind = NotificationKind::named_moderator;
        notification.by = call.caller.account;
        return context_.stores.notifications.notify({(*account)->id}, notification, wall_now());
    };
    auto const added = co_await context_.blocking.run(work);
    if (!added) co_return std::unexpected(added.error());
    co_return api::done();
}

io::Task<PeopleRoutes::Answer> PeopleRoutes::remove_moderator(api::Call const& call) {
    auto work = [&]() -> Result<void> {
        auto const account = context_.stores.accounts.find_by_handle(call.parameter("handle"));
        if (!account) return std::unexpected(account.error());
        if (!*account) return std::unexpected(nobody());
        return context_.stores.moderators.remove(call.caller.account, (*account)->id);
    };
    auto const removed = co_await context_.blocking.run(work);
    if (!removed) co_return std::unexpected(removed.error());
    co_return api::done();
}

io::Task<PeopleRoutes::Answer> PeopleRoutes::list_notifications(api::Call const& call) {
    constexpr std::string_view kList = "notifications";
    api::Query query(call);
    auto const page = query.page(kList, kNewestFirst);
    if (auto refused = query.refusal()) co_return std::move(*refused);
    struct Found {
        std::vector<Notification> all;
        People people;
        std::int64_t unread = 0;
    };
    auto work = [&]() -> Result<Found> {
        auto all =
            context_.stores.notifications.list(call.caller.account, before_of(page), page.size + 1);
        if (!all) return std::unexpected(std::move(all.error()));
        std::vector<AccountId> named;
        for (auto const& notification : *all) {
            if (notification.by) named.push_back(*notification.by);
        }
        auto people = context_.stores.accounts.find_all(named);
        if (!people) return std::unexpected(std::move(people.error()));
        auto const unread = context_.stores.notifications.unread(call.caller.account);
        if (!unread) return std::unexpected(unread.error());
        return Found{.all = std::move(*all), .people = std::move(*people), .unread = *unread};
    };
    auto found = co_await context_.blocking.run(work);
    if (!found) co_return std::unexpected(std::move(found.error()));
    auto const next = cut(kList, page, found->all, &Notification::created_at,
                          [](Notification const& one) { return one.id; });
    co_return api::json_response(
        render_notifications(found->all, found->people, next, found->unread));
}

io::Task<PeopleRoutes::Answer> PeopleRoutes::read_notifications(api::Call const& call) {
    auto work = [&] {
        return context_.stores.notifications.read_all(call.caller.account, wall_now());
    };
    auto const read = co_await context_.blocking.run(work);
    if (!read) co_return std::unexpected(read.error());
    co_return api::done();
}

}  // namespace directfanz::accounts
