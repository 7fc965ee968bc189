#include "app/people_of_accounts.hpp"

namespace directfanz::app {
namespace {

streams::Person person_of(accounts::Account const& account) {
    return {
        .id = account.id,
        .handle = account.handle,
        .display_name = account.display_name,
        .bio = account.bio,
        .suspended = account.status == accounts::Status::suspended,
        .suspended_because = account.status_reason,
        .may_broadcast = account.is(api::Role::creator) || account.is(api::Role::administrator)};
}

Result<std::optional<streams::Person>> person_of(
    Result<std::optional<accounts::Account>> const& found) {
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::nullopt;
    return person_of(**found);
}

}  // namespace

Result<std::optional<streams::Person>> PeopleOfAccounts::find(AccountId const& id) {
    return person_of(stores_.accounts.find(id));
}

Result<std::optional<streams::Person>> PeopleOfAccounts::find_by_handle(std::string_view handle) {
    return person_of(stores_.accounts.find_by_handle(handle));
}

Result<std::map<AccountId, streams::Person>> PeopleOfAccounts::find_all(
    std::vector<AccountId> const& ids) {
    auto const found = stores_.accounts.find_all(ids);
    if (!found) return std::unexpected(found.error());
    std::map<AccountId, streams::Person> people;
    for (auto const& [id, account] : *found) people.emplace(id, person_of(account));
    return people;
}

Result<bool> PeopleOfAccounts::moderates(AccountId const& account, AccountId const& creator) {
    return stores_.moderators.moderates(account, creator);
}

}  // namespace directfanz::app
