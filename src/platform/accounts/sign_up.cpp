#include "platform/accounts/sign_up.hpp"

#include "platform/accounts/secret.hpp"
#include "platform/api/problem.hpp"

namespace directfanz::accounts {
namespace {

constexpr api::Text kHandle{.least = 3,
                            .most = 30,
                            .format = is_handle,
                            .expected = "A handle has 3 to 30 of a-z, 0-9 and _."};
constexpr api::Text kLanguage{.least = 2,
                              .most = 3,
                              .format = is_language,
                              .expected = "This has to be a language's code, like en."};

}  // namespace

SignUp read_sign_up(api::Body& body) {
    SignUp wish{.email = body->required("email", kNewEmail),
                .password = body->required("password", kNewPassword),
                .handle = body->required("handle", kHandle),
                .display_name = body->required("displayName", kDisplayName),
                .language = body->optional("language", kLanguage),
                .setup_token = body->optional("setupToken", api::Text{.most = 100}).value_or("")};
    if (is_handle(wish.handle) && is_reserved_handle(wish.handle)) {
        body->tell("handle", api::Code::taken, "This handle is taken.");
    }
    if (wish.password.size() >= kShortestPassword &&
        is_weak(wish.password, wish.handle, wish.email)) {
        tell_weak(*body, "password");
    }
    return wish;
}

void tell_weak(api::Fields& fields, std::string_view name) {
    fields.tell(name, api::Code::weak,
                "This is one of the first passwords that guessers try. Choose another one.");
}

http::Response taken_problem(AccountStore::Taken taken) {
    if (taken == AccountStore::Taken::handle) {
        return api::field_problem(
            {.field = "/handle", .code = api::Code::taken, .message = "This handle is taken."});
    }
    return api::field_problem({.field = "/email",
                               .code = api::Code::taken,
                               .message = "There is an account with this address already. Sign "
                                          "in, or have a new password sent."});
}

Account new_account(SignUp const& wish, std::string password_hash, bool administrator,
                    WallTime now) {
    Account account;
    account.id = AccountId(new_id());
    account.handle = wish.handle;
    account.display_name = wish.display_name;
    account.email = wish.email;
    account.password_hash = std::move(password_hash);
    account.language = wish.language;
    account.created_at = std::chrono::floor<milliseconds>(now);
    if (administrator) {
        account.roles = {api::Role::fan, api::Role::creator, api::Role::administrator};
        account.creator = CreatorStatus::approved;
    }
    return account;
}

}  // namespace directfanz::accounts
