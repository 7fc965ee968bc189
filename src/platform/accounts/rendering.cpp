#include "platform/accounts/rendering.hpp"

#include <nlohmann/json.hpp>

namespace directfanz::accounts {
namespace {

using Json = nlohmann::ordered_json;

Json maybe(std::optional<std::string> const& text) {
    return text ? Json(*text) : Json(nullptr);
}

Json maybe(std::optional<WallTime> const& time) {
    return time ? Json(to_iso8601(*time)) : Json(nullptr);
}

Json cursor_of(std::string const& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json json_of(Account const& account) {
    Json json{
        {"id", account.id.value()},
        {"handle", account.handle},
        {"displayName", account.display_name},
        {"email", account.email},
        {"emailVerified", account.email_verified},
    };
    if (account.pending_email) json["pendingEmail"] = *account.pending_email;
    json["bio"] = account.bio;
    json["language"] = maybe(account.language);
    json["roles"] = api::names(account.roles);
    json["creator"] = to_string(account.creator);
    json["secondFactor"] = account.totp_secret.has_value();
    if (account.totp_secret) json["recoveryCodesLeft"] = account.recovery_codes_left;
    json["mailOnLive"] = account.mail_on_live;
    json["createdAt"] = to_iso8601(account.created_at);
    return json;
}

Json admin_json_of(Account const& account) {
    return {
        {"id", account.id.value()},
        {"handle", account.handle},
        {"displayName", account.display_name},
        {"email", account.email},
        {"emailVerified", account.email_verified},
        {"roles", api::names(account.roles)},
        {"creator", to_string(account.creator)},
        {"status", to_string(account.status)},
        {"statusReason", account.status_reason},
        {"secondFactor", account.totp_secret.has_value()},
        {"createdAt", to_iso8601(account.created_at)},
        {"lastSeenAt", maybe(account.last_seen_at)},
    };
}

Json profile_of(Account const& account) {
    return {{"handle", account.handle}, {"displayName", account.display_name}};
}

Json json_of(ApiToken const& token) {
    return {
        {"id", token.id},
        {"name", token.name},
        {"scopes", api::names(token.scopes)},
        {"createdAt", to_iso8601(token.created_at)},
        {"expiresAt", to_iso8601(token.expires_at)},
        {"usedAt", maybe(token.used_at)},
    };
}

Json json_of(Passkey const& passkey) {
    return {
        {"id", passkey.id},
        {"name", passkey.name},
        {"createdAt", to_iso8601(passkey.created_at)},
        {"usedAt", maybe(passkey.used_at)},
    };
}

}  // namespace

std::string render_account(Account const& account) {
    return json_of(account).dump();
}

std::string render_admin_account(Account const& account) {
    return admin_json_of(account).dump();
}

std::string render_admin_accounts(std::vector<Account> const& accounts,
                                  std::string const& next_cursor) {
    auto items = Json::array();
    for (auto const& account : accounts) items.push_back(admin_json_of(account));
    return Json{{"items", std::move(items)}, {"nextCursor", cursor_of(next_cursor)}}.dump();
}

std::string render_profiles(std::vector<Account> const& accounts) {
    auto items = Json::array();
    for (auto const& account : accounts) items.push_back(profile_of(account));
    return Json{{"items", std::move(items)}}.dump();
}

std::string render_sessions(std::vector<Session> const& sessions, std::string_view current) {
    auto items = Json::array();
    for (auto const& session : sessions) {
        items.push_back({{"id", session.id},
                         {"current", session.id == current},
                         {"device", session.device},
                         {"address", session.address},
                         {"createdAt", to_iso8601(session.created_at)},
                         {"usedAt", to_iso8601(session.used_at)}});
    }
    return Json{{"items", std::move(items)}}.dump();
}

std::string render_tokens(std::vector<ApiToken> const& tokens) {
    auto items = Json::array();
    for (auto const& token : tokens) items.push_back(json_of(token));
    return Json{{"items", std::move(items)}}.dump();
}

std::string render_created_token(ApiToken const& token, std::string_view secret) {
    return Json{{"token", json_of(token)}, {"secret", secret}}.dump();
}

std::string render_passkey(Passkey const& passkey) {
    return json_of(passkey).dump();
}

std::string render_passkeys(std::vector<Passkey> const& passkeys) {
    auto items = Json::array();
    for (auto const& passkey : passkeys) items.push_back(json_of(passkey));
    return Json{{"items", std::move(items)}}.dump();
}

std::string render_recovery_codes(std::vector<std::string> const& codes) {
    return Json{{"codes", codes}}.dump();
}

std::string render_notifications(std::vector<Notification> const& notifications,
                                 People const& people, std::string const& next_cursor,
                                 std::int64_t unread) {
    auto items = Json::array();
    for (auto const& notification : notifications) {
        Json item{{"id", notification.id},
                  {"kind", to_string(notification.kind)},
                  {"createdAt", to_iso8601(notification.created_at)},
                  {"read", notification.read}};
        if (notification.stream) item["stream"] = *notification.stream;
        if (notification.title) item["title"] = *notification.title;
        if (notification.by) {
            auto const found = people.find(*notification.by);
            if (found != people.end()) item["by"] = profile_of(found->second);
        }
        if (notification.reason) item["reason"] = *notification.reason;
        items.push_back(std::move(item));
    }
    return Json{
        {"items", std::move(items)}, {"nextCursor", cursor_of(next_cursor)}, {"unread", unread}}
        .dump();
}

std::string render_audit_log(std::vector<AuditEntry> const& entries, People const& people,
                             std::string const& next_cursor) {
    auto items = Json::array();
    for (auto const& entry : entries) {
        auto const found = entry.by ? people.find(*entry.by) : people.end();
        items.push_back({{"id", entry.id},
                         {"at", to_iso8601(entry.at)},
                         {"by", found == people.end() ? Json(nullptr) : profile_of(found->second)},
                         {"action", entry.action},
                         {"target", entry.target},
                         {"detail", entry.detail},
                         {"address", entry.address}});
    }
    return Json{{"items", std::move(items)}, {"nextCursor", cursor_of(next_cursor)}}.dump();
}

std::string render_session(Account const* account, std::string_view csrf_token, std::int64_t unread,
                           SiteFacts const& site) {
    Json facts{{"name", site.name},
               {"creatorApproval", site.creators_by_approval ? "by_approval" : "self_service"},
               {"countryRules", site.country_rules},
               {"rtmpUrl", site.rtmp_url}};
    if (!site.rtmps_url.empty()) facts["rtmpsUrl"] = site.rtmps_url;
    if (!site.passkey_origin.empty()) facts["passkeyOrigin"] = site.passkey_origin;
    Json json{{"account", account == nullptr ? Json(nullptr) : json_of(*account)},
              {"csrfToken", account == nullptr ? Json(nullptr) : Json(csrf_token)}};
    if (account != nullptr) json["unreadNotifications"] = unread;
    json["site"] = std::move(facts);
    return json.dump();
}

}  // namespace directfanz::accounts
