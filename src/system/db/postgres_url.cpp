#include "system/db/postgres_url.hpp"

#include <memory>

#include <libpq-fe.h>

namespace directfanz::db {
namespace {

constexpr std::string_view kHidden = "***";

/// In place of what stands between the first colon and the last @ of the part before the host.
std::string without_user_password(std::string_view url) {
    auto const scheme = url.find("://");
    auto const begin = scheme == url.npos ? 0 : scheme + 3;
    auto const colon = url.find(':', begin);
    auto const at = url.rfind('@');
    if (colon == url.npos || at == url.npos || at < colon) return std::string(url);
    return std::string(url.substr(0, colon + 1)) + std::string(kHidden) +
           std::string(url.substr(at));
}

}  // namespace

Result<void> check_postgres_url(std::string_view url) {
    auto const refused = fail(ErrorKind::invalid, "",
                              "this is no address of a PostgreSQL database, such as "
                              "postgresql://user:password@host:5432/database");
    if (!url.starts_with("postgresql://") && !url.starts_with("postgres://")) return refused;
    if (url.find('\0') != url.npos) return refused;
    char* message = nullptr;
    std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> const parsed(
        PQconninfoParse(std::string(url).c_str(), &message), &PQconninfoFree);
    // It may repeat a part of the password.
    PQfreemem(message);
    if (!parsed) return refused;
    return {};
}

std::string without_passwords(std::string_view url) {
    auto shown = without_user_password(url);
    for (std::string_view const name : {"password=", "sslpassword="}) {
        for (auto at = shown.find(name); at != shown.npos; at = shown.find(name, at)) {
            at += name.size();
            auto const end = shown.find('&', at);
            shown.replace(at, (end == shown.npos ? shown.size() : end) - at, kHidden);
        }
    }
    return shown;
}

}  // namespace directfanz::db
