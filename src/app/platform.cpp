#include "app/platform.hpp"

#include "base/log.hpp"
#include "platform/api/documents.hpp"
#include "system/webauthn/relying_party.hpp"

#include <cstdio>

#include <fmt/format.h>
#include <unistd.h>

namespace directfanz::app {
namespace {

accounts::AccountsOptions options_of(Settings const& settings) {
    return {.site = {.name = settings.site_name, .url = settings.public_url},
            .facts = {.name = settings.site_name,
                      .creators_by_approval = settings.creators_by_approval},
            .setup_file = settings.data / "setup-link",
            .hash_cost = {}};
}

api::RateLimits limits_of(Settings const& settings) {
    return api::RateLimits().times(static_cast<std::uint32_t>(settings.api_limits_times));
}

}  // namespace

Platform::Platform(db::Database& database, io::BlockingPool& blocking, mail::Mailer& mailer,
                   Settings const& settings)
    : accounts_(database, blocking, mailer, options_of(settings)),
      events_(database, blocking, accounts_.context(),
              settings.webhooks_private_addresses ? web_client::Reach::anywhere
                                                  : web_client::Reach::public_only),
      people_(accounts_.stores()),
      passwords_(accounts_.hasher()),
      herald_(accounts_.context(), events_),
      idempotency_(database, blocking),
      api_(accounts_.authenticator(), idempotency_, limits_of(settings)) {
    accounts_.add_to(api_);
    events_.add_to(api_);
    accounts_.context().on_changed.push_back(
        [this](accounts::Account const& before, accounts::Account const& after) {
            events_.account_changed(before, after);
        });
}

Result<void> Platform::start(streams::StreamUrls const& urls, bool country_rules) {
    auto& context = accounts_.context();
    context.site.url = urls.http;
    context.facts.rtmp_url = urls.ingest();
    context.facts.country_rules = country_rules;
    if (auto const party = webauthn::relying_party_of(urls.http)) {
        context.facts.passkey_origin = party->origin;
    }
    events_.start();
    auto const link = accounts_.offer_setup(urls.http);
    if (!link) return std::unexpected(link.error());
    if (link->empty()) return {};
    // The link is a secret: a terminal shows it, a log has the file's name.
    if (::isatty(STDERR_FILENO) == 1) {
        fmt::print(stderr, "\nNobody runs this site yet. Become its administrator here:\n  {}\n\n",
                   *link);
    }
    log::info("setup_link", {{"file", (context.setup.file()).string()}});
    return {};
}

void Platform::add_routes(http::Router& router) {
    for (auto const id : api_.missing()) {
        log::error("operation_missing", {{"operation", id}});
    }
    api_.add_to(router);
    api::add_documents(router);
}

}  // namespace directfanz::app
