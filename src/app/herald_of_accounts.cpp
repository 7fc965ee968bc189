#include "app/herald_of_accounts.hpp"

namespace directfanz::app {
namespace {

accounts::AuditEntry entry_of(streams::Deed const& deed) {
    return {.id = {},
            .at = wall_now(),
            .by = deed.by,
            .action = deed.action,
            .target = deed.target,
            .detail = deed.detail,
            .address = deed.address};
}

}  // namespace

Result<void> HeraldOfAccounts::tell_live(std::vector<AccountId> const& followers,
                                         streams::StreamPage const& page) {
    accounts::Notification notification;
    notification.kind = accounts::NotificationKind::stream_live;
    notification.stream = page.stream.id.value();
    notification.title = page.stream.title;
    if (page.creator) notification.by = page.creator->id;
    auto told = context_.stores.notifications.notify(followers, notification, wall_now());
    if (!told) return told;
    auto const readers = context_.stores.accounts.find_all(followers);
    if (!readers) return std::unexpected(readers.error());
    for (auto const& [id, reader] : *readers) {
        auto const wants = reader.mail_on_live && reader.email_verified &&
                           reader.status == accounts::Status::active;
        if (!wants) continue;
        context_.send(accounts::Letter::someone_live, reader,
                      {.path = "/streaming/live/" + page.stream.id.value(),
                       .detail = page.stream.title,
                       .other = page.creator ? page.creator->display_name : ""});
    }
    return {};
}

Result<void> HeraldOfAccounts::tell_followed(AccountId const& creator, AccountId const& follower) {
    accounts::Notification notification;
    notification.kind = accounts::NotificationKind::new_follower;
    notification.by = follower;
    auto told = context_.stores.notifications.notify({creator}, notification, wall_now());
    if (!told) return told;
    auto const who = context_.stores.accounts.find(follower);
    if (!who) return std::unexpected(who.error());
    if (*who) events_.followed(creator, **who);
    return {};
}

Result<void> HeraldOfAccounts::tell_ended(streams::StreamPage const& page,
                                          std::string const& reason) {
    if (!page.creator) return {};
    accounts::Notification notification;
    notification.kind = accounts::NotificationKind::broadcast_ended_by_moderator;
    notification.stream = page.stream.id.value();
    notification.title = page.stream.title;
    notification.reason = reason;
    return context_.stores.notifications.notify({page.creator->id}, notification, wall_now());
}

Result<void> HeraldOfAccounts::note(streams::Deed const& deed) {
    return context_.stores.audit.add(entry_of(deed));
}

Result<void> HeraldOfAccounts::note(db::Connection& connection, streams::Deed const& deed) {
    return accounts::AuditLog::add(connection, entry_of(deed));
}

}  // namespace directfanz::app
