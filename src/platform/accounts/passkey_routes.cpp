#include "platform/accounts/passkey_routes.hpp"

#include "base/base64url.hpp"
#include "base/log.hpp"
#include "platform/accounts/new_session.hpp"
#include "platform/accounts/own_account.hpp"
#include "platform/api/body.hpp"
#include "platform/api/problem.hpp"
#include "system/webauthn/authenticator_data.hpp"
#include "system/webauthn/client_data.hpp"
#include "system/webauthn/relying_party.hpp"

#include <nlohmann/json.hpp>

namespace directfanz::accounts {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxUserHandle = 64;

bool is_base64url(std::string_view text) {
    return from_base64url(text).has_value();
}

constexpr api::Text base64url(std::size_t most_bytes) {
    return {.least = 1,
            .most = (most_bytes * 4 + 2) / 3,
            .kind = api::TextKind::secret,
            .format = is_base64url,
            .expected = "This is no base64url without padding."};
}

constexpr api::Text kName{.least = 1, .most = 60};

Result<webauthn::RelyingParty> party_of(Context const& context) {
    auto party = webauthn::relying_party_of(context.site.url);
    if (!party) {
        return fail(ErrorKind::conflict, "passkey",
                    "Browsers have passkeys only for sites with a name and with TLS, which this "
                    "one's public address has not.");
    }
    return std::move(*party);
}

/// After Body has seen that it is base64url.
std::string decoded(std::string const& text) {
    return from_base64url(text).value_or("");
}

http::Response no_proof(std::string_view field, std::string message) {
    return api::field_problem(
        {.field = std::string(field), .code = api::Code::mismatch, .message = std::move(message)});
}

http::Response too_late() {
    return no_proof("/clientData", "This took too long, or was sent before. Try again.");
}

http::Response unknown_passkey() {
    return api::respond({.status = 401,
                         .detail = "This passkey opens no account here.",
                         .name = "passkey-unknown"});
}

http::Response refused_passkey() {
    return api::respond({.status = 401,
                         .detail = "This passkey could not be verified.",
                         .name = "passkey-refused"});
}

http::Response never_kept(std::string json, unsigned status = 200) {
    return private_answer(std::move(json), status);
}

std::int64_t lifetime() {
    return milliseconds(PasskeyStore::kChallengeLife).count();
}

}  // namespace

void PasskeyRoutes::add_to(api::Api& api) {
    api.on("beginPasskey", *this, &PasskeyRoutes::begin);
    api.on("createPasskey", *this, &PasskeyRoutes::create);
    api.on("listPasskeys", *this, &PasskeyRoutes::list);
    api.on("renamePasskey", *this, &PasskeyRoutes::rename);
    api.on("removePasskey", *this, &PasskeyRoutes::remove);
    api.on("beginPasskeySignIn", *this, &PasskeyRoutes::begin_sign_in);
    api.on("signInByPasskey", *this, &PasskeyRoutes::sign_in);
}

io::Task<PasskeyRoutes::Answer> PasskeyRoutes::begin(api::Call const& call) {
    api::Body body(call);
    auto const password = body->required(
        "password", api::Text{.least = 1, .most = 200, .kind = api::TextKind::secret});
    if (auto refused = body.refusal()) co_return std::move(*refused);
    auto const party = party_of(context_);
    if (!party) co_return std::unexpected(party.error());
    auto const account = co_await own_account(context_, call);
    if (!account) co_return std::unexpected(account.error());
    auto refused = co_await refuse_password(context_, *account, password);
    if (!refused) co_return std::unexpected(std::move(refused.error()));
    if (*refused) co_return std::move(**refused);
    struct Offer {
        std::string challenge;
        std::vector<Passkey> present;
    };
    auto work = [&]() -> Result<Offer> {
        auto challenge = context_.stores.passkeys.challenge(call.caller.credential, wall_now());
        if (!challenge) return std::unexpected(std::move(challenge.error()));
        auto present = context_.stores.passkeys.list(account->id);
        if (!present) return std::unexpected(std::move(present.error()));
        return Offer{.challenge = std::move(*challenge), .present = std::move(*present)};
    };
    auto const offer = co_await context_.blocking.run(work);
    if (!offer) co_return std::unexpected(offer.error());
    auto algorithms = Json::array();
    for (auto const algorithm : webauthn::kAlgorithms) {
        algorithms.push_back({{"type", "public-key"}, {"alg", static_cast<int>(algorithm)}});
    }
    auto present = Json::array();
    for (auto const& passkey : offer->present) {
        present.push_back({{"type", "public-key"}, {"id", passkey.credential_id}});
    }
    Json const json{{"rp", {{"id", party->id}, {"name", context_.site.name}}},
                    {"user",
                     {{"id", to_base64url(account->id.value())},
                      {"name", account->email},
                      {"displayName", account->display_name}}},
                    {"challenge", offer->challenge},
                    {"pubKeyCredParams", std::move(algorithms)},
                    {"timeout", lifetime()},
                    {"excludeCredentials", std::move(present)},
                    {"authenticatorSelection",
                     {{"residentKey", "required"},
                      {"requireResidentKey", true},
                      {"userVerification", "required"}}},
                    {"attestation", "none"}};
    co_return never_kept(json.dump());
}

io::Task<PasskeyRoutes::Answer> PasskeyRoutes::create(api::Call const& call) {
    api::Body body(call);
    auto const name = body->required("name", kName);
    auto const client_data = body->required("clientData", base64url(webauthn::kMaxClientData));
    auto const object =
        body->required("attestationObject", base64url(webauthn::kMaxAttestationObject));
    if (auto refused = body.refusal()) co_return std::move(*refused);
    auto party = party_of(context_);
    if (!party) co_return std::unexpected(std::move(party.error()));
    auto const account = co_await own_account(context_, call);
    if (!account) co_return std::unexpected(account.error());
    auto const client_data_json = decoded(client_data);
    auto const data = webauthn::parse_client_data(client_data_json);
    if (!data) co_return no_proof("/clientData", data.error().message);
    auto work = [&] {
        return context_.stores.passkeys.take_challenge(data->challenge, call.caller.credential,
                                                       wall_now());
    };
    auto const taken = co_await context_.blocking.run(work);
    if (!taken) co_return std::unexpected(taken.error());
    if (!*taken) co_return too_late();
    auto const object_bytes = decoded(object);
    auto const credential = webauthn::verify_attestation(
        {.party = std::move(*party), .challenge = data->challenge},
        {.client_data_json = client_data_json, .attestation_object = as_bytes(object_bytes)});
    if (!credential) co_return no_proof("/attestationObject", credential.error().message);
    auto keep = [&] {
        return context_.stores.passkeys.create(account->id, *credential, name, wall_now());
    };
    auto const passkey = co_await context_.blocking.run(keep);
    if (!passkey) co_return std::unexpected(passkey.error());
    context_.send(Letter::passkey_added, *account,
                  {.path = "/reset-password", .detail = passkey->name, .other = {}});
    log::info("passkey_added", {{"account", account->id.value()}},
              {{"connection", call.request.connection}});
    co_return api::json_response(render_passkey(*passkey), 201);
}

io::Task<PasskeyRoutes::Answer> PasskeyRoutes::list(api::Call const& call) {
    auto work = [&] { return context_.stores.passkeys.list(call.caller.account); };
    auto const passkeys = co_await context_.blocking.run(work);
    if (!passkeys) co_return std::unexpected(passkeys.error());
    co_return api::json_response(render_passkeys(*passkeys));
}

io::Task<PasskeyRoutes::Answer> PasskeyRoutes::rename(api::Call const& call) {
    api::Body body(call);
    auto const name = body->required("name", kName);
    if (auto refused = body.refusal()) co_return std::move(*refused);
    auto const& id = call.parameter("passkey");
    auto work = [&] { return context_.stores.passkeys.rename(call.caller.account, id, name); };
    auto const passkey = co_await context_.blocking.run(work);
    if (!passkey) co_return std::unexpected(passkey.error());
    if (!*passkey) co_return fail(ErrorKind::not_found, "passkey", "There is none of this id.");
    co_return api::json_response(render_passkey(**passkey));
}

io::Task<PasskeyRoutes::Answer> PasskeyRoutes::remove(api::Call const& call) {
    auto const account = co_await own_account(context_, call);
    if (!account) co_return std::unexpected(account.error());
    auto const& id = call.parameter("passkey");
    auto work = [&] { return context_.stores.passkeys.remove(account->id, id); };
    auto const passkey = co_await context_.blocking.run(work);
    if (!passkey) co_return std::unexpected(passkey.error());
    if (!*passkey) co_return fail(ErrorKind::not_found, "passkey", "There is none of this id.");
    context_.send(Letter::passkey_removed, *account,
                  {.path = "/reset-password", .detail = (*passkey)->name, .other = {}});
    co_return api::done();
}

io::Task<PasskeyRoutes::Answer> PasskeyRoutes::begin_sign_in(api::Call const& /*call*/) {
    auto const party = party_of(context_);
    if (!party) co_return std::unexpected(party.error());
    auto work = [&] { return context_.stores.passkeys.challenge("", wall_now()); };
    auto const challenge = co_await context_.blocking.run(work);
    if (!challenge) co_return std::unexpected(challenge.error());
    Json const json{{"challenge", *challenge},
                    {"rpId", party->id},
                    {"timeout", lifetime()},
                    {"userVerification", "required"}};
    co_return never_kept(json.dump());
}

io::Task<PasskeyRoutes::Answer> PasskeyRoutes::sign_in(api::Call const& call) {
    api::Body body(call);
    auto const id = body->required("id", base64url(webauthn::kMaxCredentialId));
    auto const client_data = body->required("clientData", base64url(webauthn::kMaxClientData));
    auto const seen =
        body->required("authenticatorData", base64url(webauthn::kMaxAuthenticatorData));
    auto const signature = body->required("signature", base64url(webauthn::kMaxSignature));
    auto const user = body->required("userHandle", base64url(kMaxUserHandle));
    if (auto refused = body.refusal()) co_return std::move(*refused);
    auto party = party_of(context_);
    if (!party) co_return std::unexpected(std::move(party.error()));
    auto const client_data_json = decoded(client_data);
    auto const data = webauthn::parse_client_data(client_data_json);
    if (!data) co_return no_proof("/clientData", data.error().message);
    struct Found {
        bool in_time = false;
        std::optional<Passkey> passkey;
        std::optional<Account> account;
    };
    auto look_up = [&]() -> Result<Found> {
        Found found;
        auto const taken = context_.stores.passkeys.take_challenge(data->challenge, "", wall_now());
        if (!taken) return std::unexpected(taken.error());
        found.in_time = *taken;
        if (!*taken) return found;
        auto passkey = context_.stores.passkeys.find(id);
        if (!passkey) return std::unexpected(std::move(passkey.error()));
        found.passkey = std::move(*passkey);
        if (!found.passkey) return found;
        auto account = context_.stores.accounts.find(found.passkey->account);
        if (!account) return std::unexpected(std::move(account.error()));
        found.account = std::move(*account);
        return found;
    };
    auto const found = co_await context_.blocking.run(look_up);
    if (!found) co_return std::unexpected(found.error());
    if (!found->in_time) co_return too_late();
    if (!found->passkey || !found->account) co_return unknown_passkey();
    if (decoded(user) != found->account->id.value()) co_return refused_passkey();
    auto const seen_bytes = decoded(seen);
    auto const signature_bytes = decoded(signature);
    auto const count = webauthn::verify_assertion(
        {.party = std::move(*party), .challenge = data->challenge}, found->passkey->key,
        {.client_data_json = client_data_json,
         .authenticator_data = as_bytes(seen_bytes),
         .signature = as_bytes(signature_bytes)});
    if (!count) co_return refused_passkey();
    auto note = [&] { return context_.stores.passkeys.use(*found->passkey, *count, wall_now()); };
    auto const used = co_await context_.blocking.run(note);
    if (!used) co_return std::unexpected(used.error());
    if (!*used) {
        log::warning("passkey_went_back", {{"account", found->account->id.value()}},
                     {{"connection", call.request.connection}});
        co_return refused_passkey();
    }
    if (found->account->status == Status::suspended) co_return suspended_answer(*found->account);
    auto answer = co_await begin_session(context_, call, *found->account, 200);
    co_return answer;
}

}  // namespace directfanz::accounts
