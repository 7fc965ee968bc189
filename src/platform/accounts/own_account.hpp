#pragma once

#include "platform/accounts/context.hpp"
#include "platform/api/call.hpp"

#include <expected>

/// What several operations on one's own account begin with.
namespace directfanz::accounts {

/// The caller's account. Error: denied when it was deleted meanwhile.
io::Task<Result<Account>> own_account(Context& context, api::Call const& call);

/// Whether `password` is the account's, with the waits for wrong ones: a refusal, or nothing.
io::Task<Result<std::optional<http::Response>>> refuse_password(Context& context,
                                                                Account const& account,
                                                                std::string password);

/// Account with its entity tag.
http::Response account_answer(Account const& account);

}  // namespace directfanz::accounts
