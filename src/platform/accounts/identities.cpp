#include "platform/accounts/identities.hpp"

#include "platform/accounts/secret.hpp"
#include "platform/accounts/session_cookie.hpp"

#include <fmt/format.h>

namespace directfanz::accounts {
namespace {

/// The token of "Bearer dfz_…"; nothing for a request without Authorization. One of another scheme
/// is an empty token, which nobody has.
std::optional<std::string> bearer_token(http::Request const& request) {
    auto const field = request.headers.get("Authorization");
    if (!field) return std::nullopt;
    constexpr std::string_view kScheme = "Bearer ";
    if (field->size() < kScheme.size() ||
        !http::same_token(field->substr(0, kScheme.size() - 1), "Bearer")) {
        return std::string();
    }
    auto const token = field->substr(kScheme.size());
    constexpr std::size_t kLongest = 100;
    return token.starts_with(kTokenPrefix) && token.size() <= kLongest ? std::string(token)
                                                                       : std::string();
}

api::Caller caller_of(Holder const& holder, api::Caller::By by) {
    return {.by = by,
            .account = holder.account,
            .handle = holder.handle,
            .roles = holder.roles,
            .scopes = holder.scopes,
            .credential = holder.id,
            .csrf_token = {}};
}

Error suspended(Holder const& holder) {
    return {ErrorKind::denied, "account",
            holder.status_reason.empty()
                ? "This account is suspended."
                : fmt::format("This account is suspended: {}", holder.status_reason)};
}

}  // namespace

io::Task<Result<api::Caller>> Identities::identify(http::Request const& request) {
    auto const token = bearer_token(request);
    auto const secret = token ? token : session_secret(request);
    if (!secret) co_return api::Caller();
    auto found = co_await find(hash_of_secret(*secret), token.has_value(), request.remote_address);
    if (!found) co_return std::unexpected(std::move(found.error()));
    if (!*found) {
        if (!token) co_return api::Caller();
        co_return fail(ErrorKind::denied, "token",
                       "This API token is not known here, was revoked, or has expired.");
    }
    auto const& holder = **found;
    if (holder.status == Status::suspended) {
        // Who browses may go on as a stranger, and is told when signing in.
        if (!token) co_return api::Caller();
        co_return std::unexpected(suspended(holder));
    }
    auto caller = caller_of(holder, token ? api::Caller::By::token : api::Caller::By::session);
    if (!token) caller.csrf_token = csrf_token_of(*secret);
    co_return caller;
}

void Identities::forget() {
    std::lock_guard const lock(mutex_);
    known_ = LruMap<std::string, Known>(kMaxKnown);
    ++generation_;
}

io::Task<Identities::Answer> Identities::find(std::string hash, bool token, std::string address) {
    std::string question;
    {
        std::lock_guard const lock(mutex_);
        auto* const known = known_.find(hash);
        if (known != nullptr && steady_now() < known->until) co_return known->holder;
        // Nobody joins a question from before something was forgotten.
        question = fmt::format("{}/{}", hash, generation_);
    }
    auto asking = [&] { return ask(hash, token, address); };
    auto answer = co_await questions_.ask(question, asking);
    co_return answer;
}

io::Task<Identities::Answer> Identities::ask(std::string hash, bool token, std::string address) {
    std::uint64_t generation = 0;
    {
        std::lock_guard const lock(mutex_);
        generation = generation_;
    }
    auto work = [&] {
        return token ? tokens_.find(hash, wall_now()) : sessions_.find(hash, address, wall_now());
    };
    auto found = co_await blocking_.run(work);
    if (found) {
        std::lock_guard const lock(mutex_);
        if (generation == generation_) {
            known_.put(hash, {.holder = *found, .until = steady_now() + kBelieve});
        }
    }
    co_return found;
}

}  // namespace directfanz::accounts
