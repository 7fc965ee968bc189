#pragma once

#include "platform/accounts/context.hpp"
#include "platform/api/call.hpp"

/// What every way in ends with.
namespace directfanz::accounts {

/// An answer that carries a session: nobody may keep it.
http::Response private_answer(std::string json, unsigned status = 200);

/// The refusal of somebody who proved to be the owner of a suspended account.
http::Response suspended_answer(Account const& account);

/// The answer with a new session's cookie; a session of before ends.
io::Task<Result<http::Response>> begin_session(Context& context, api::Call const& call,
                                               Account const& account, unsigned status);

}  // namespace directfanz::accounts
