#include "app/settings_table.hpp"

#include "app/values.hpp"
#include "system/db/postgres_url.hpp"
#include "system/io/address_range.hpp"
#include "system/io/socket.hpp"
#include "system/mail/address.hpp"
#include "system/mail/smtp.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace directfanz::app {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

template <typename T, typename Check>
auto set_to(T Settings::* member, Check check) {
    return [member, check](Settings& settings, std::string_view text) -> Result<void> {
        auto value = check(text);
        if (!value) return std::unexpected(std::move(value.error()));
        settings.*member = std::move(*value);
        return {};
    };
}

/// Whether an empty text is a value: that there is none.
enum class Need { required, optional };

Setting path(std::string_view name, std::filesystem::path Settings::* member, Need need,
             std::string_view help, std::string_view kind = "FOLDER") {
    auto const check = [need](std::string_view text) -> Result<std::filesystem::path> {
        if (text.empty() && need == Need::required)
            return fail(ErrorKind::invalid, "", "the path is empty");
        return std::filesystem::path(text);
    };
    return {.name = name,
            .kind = kind,
            .help = help,
            .set = set_to(member, check),
            .show = [member](Settings const& s) { return (s.*member).string(); }};
}

Setting address(std::string_view name, std::string Settings::* member, Need need,
                std::string_view help) {
    auto const check = [need](std::string_view text) -> Result<std::string> {
        if (text.empty() && need == Need::optional) return std::string();
        auto const endpoint = io::parse_endpoint(text);
        if (!endpoint) return std::unexpected(endpoint.error());
        return io::to_string(*endpoint);
    };
    return {.name = name,
            .kind = "ADDRESS:PORT",
            .help = help,
            .set = set_to(member, check),
            .show = [member](Settings const& s) { return s.*member; }};
}

/// How finely a duration can be set.
enum class Grain { milliseconds, seconds };

Setting duration(std::string_view name, milliseconds Settings::* member, milliseconds least,
                 milliseconds most, std::string_view help, Grain grain = Grain::milliseconds) {
    auto const check = [least, most, grain](std::string_view text) {
        auto value = parse_duration(text);
        if (value && grain == Grain::seconds && *value % seconds(1) != milliseconds(0)) {
            value =
                fail(ErrorKind::invalid, "", fmt::format("{} is no whole number of seconds", text));
        }
        if (value && (*value < least || *value > most)) {
            value = fail(
                ErrorKind::invalid, "",
                fmt::format("{} is not between {} and {}", text, to_text(least), to_text(most)));
        }
        return value;
    };
    return {.name = name,
            .kind = "DURATION",
            .help = help,
            .set = set_to(member, check),
            .show = [member](Settings const& s) { return to_text(s.*member); }};
}

Setting number(std::string_view name, std::size_t Settings::* member, std::size_t least,
               std::size_t most, std::string_view help) {
    auto const check = [least, most](std::string_view text) {
        auto value = parse_number(text);
        if (value && (*value < least || *value > most)) {
            value = fail(ErrorKind::invalid, "",
                         fmt::format("{} is not between {} and {}", text, least, most));
        }
        return value;
    };
    return {.name = name,
            .kind = "NUMBER",
            .help = help,
            .is_number = true,
            .set = set_to(member, check),
            .show = [member](Settings const& s) { return std::to_string(s.*member); }};
}

template <typename T, std::size_t count>
Setting choice(std::string_view name, T Settings::* member, std::string_view kind,
               std::array<std::pair<std::string_view, T>, count> const& choices,
               std::string_view help) {
    auto const check = [choices, kind](std::string_view text) -> Result<T> {
        for (auto const& [word, value] : choices) {
            if (word == text) return value;
        }
        return fail(ErrorKind::invalid, "", fmt::format("'{}' is not one of {}", text, kind));
    };
    auto const show = [member, choices](Settings const& s) {
        for (auto const& [word, value] : choices) {
            if (value == s.*member) return std::string(word);
        }
        return std::string();
    };
    return {.name = name, .kind = kind, .help = help, .set = set_to(member, check), .show = show};
}

Setting public_url() {
    auto const check = [](std::string_view text) -> Result<std::string> {
        if (text.empty()) return std::string();
        return parse_public_url(text);
    };
    return {.name = "public_url",
            .kind = "URL",
            .help =
                "Where people reach the server, such as https://fans.example, when that is "
                "not the address it listens on",
            .set = set_to(&Settings::public_url, check),
            .show = [](Settings const& s) { return s.public_url; }};
}

Setting trusted_proxies() {
    auto const check = [](std::string_view text) -> Result<std::string> {
        auto const set = io::AddressSet::parse(text);
        if (!set) return std::unexpected(set.error());
        return set->to_string();
    };
    return {
        .name = "trusted_proxies",
        .kind = "ADDRESSES",
        .help = "Proxies that are believed about their clients' addresses, such as 10.0.0.0/8, ::1",
        .set = set_to(&Settings::trusted_proxies, check),
        .show = [](Settings const& s) { return s.trusted_proxies; }};
}

/// A text that `check` (std::string_view → Result<…>) lets pass, or none.
template <typename Check>
Setting checked_text(std::string_view name, std::string Settings::* member, std::string_view kind,
                     Check check, std::string_view help) {
    auto const pass = [check](std::string_view text) -> Result<std::string> {
        if (text.empty()) return std::string();
        auto const checked = check(text);
        if (!checked) return std::unexpected(checked.error());
        return std::string(text);
    };
    return {.name = name,
            .kind = kind,
            .help = help,
            .set = set_to(member, pass),
            .show = [member](Settings const& s) { return s.*member; }};
}

Setting database_url() {
    auto setting =
        checked_text("database.url", &Settings::database_url, "URL", db::check_postgres_url,
                     "The PostgreSQL database, such as "
                     "postgresql://user:password@host:5432/database; if not set, SQLite "
                     "in the data folder");
    setting.show = [](Settings const& s) { return db::without_passwords(s.database_url); };
    return setting;
}

Result<void> any_text(std::string_view text) {
    auto const is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
    if (std::ranges::none_of(text, is_control)) return {};
    return fail(ErrorKind::invalid, "", "it holds control characters");
}

constexpr std::array<std::pair<std::string_view, http::ForwardedHeader>, 2> kForwardedHeaders{
    {{"x-forwarded-for", http::ForwardedHeader::x_forwarded_for},
     {"forwarded", http::ForwardedHeader::forwarded}}};

constexpr std::array<std::pair<std::string_view, log::Level>, 4> kLevels{
    {{"debug", log::Level::debug},
     {"info", log::Level::info},
     {"warning", log::Level::warning},
     {"error", log::Level::error}}};

constexpr std::array<std::pair<std::string_view, log::Format>, 2> kFormats{
    {{"text", log::Format::text}, {"json", log::Format::json}}};

Setting rungs() {
    auto const check = [](std::string_view text) -> Result<std::string> {
        auto const ladder = transcode::parse_ladder(text);
        if (!ladder) return std::unexpected(ladder.error());
        return transcode::to_string(*ladder);
    };
    return {.name = "transcode.rungs",
            .kind = "RUNGS",
            .help =
                "What a source is transcoded to, if it is larger: sizes of the picture's "
                "shorter side and bit rates",
            .set = set_to(&Settings::transcode_rungs, check),
            .show = [](Settings const& s) { return s.transcode_rungs; }};
}

constexpr std::array<std::pair<std::string_view, Settings::Transcode>, 3> kTranscode{
    {{"auto", Settings::Transcode::automatic},
     {"on", Settings::Transcode::on},
     {"off", Settings::Transcode::off}}};

constexpr std::array<std::pair<std::string_view, std::string>, 5> kEncoders() {
    return {{{"auto", "auto"},
             {"x264", "x264"},
             {"nvenc", "nvenc"},
             {"qsv", "qsv"},
             {"vaapi", "vaapi"}}};
}

constexpr std::array<std::pair<std::string_view, bool>, 2> kSwitch{{{"on", true}, {"off", false}}};

std::vector<Setting> make_table() {
    using S = Settings;
    std::vector<Setting> table;
    auto const add = [&table](Setting setting) { table.push_back(std::move(setting)); };

    add(path("data", &S::data, Need::required, "Folder of the database and all else that lasts"));
    add(address(
        "http", &S::http, Need::required,
        "Where pages and viewers connect; [::]:PORT for every address; port 0 picks a free one"));
    add(address("rtmp", &S::rtmp, Need::required,
                "Where encoders connect; [::]:PORT for every address; port 0 picks a free one"));
    add(address("https", &S::https, Need::optional,
                "Where viewers connect with TLS (HTTP/1.1 and HTTP/2); if not set, nowhere"));
    add(address("rtmps", &S::rtmps, Need::optional,
                "Where encoders connect with TLS; if not set, nowhere"));
    add(address("metrics", &S::metrics, Need::optional,
                "Where Prometheus reads /metrics; if not set, nowhere"));
    add(choice("redirect_to_https", &S::redirect_to_https, "on|off", kSwitch,
               "Answer plain HTTP with a redirect to https"));
    add(duration("hsts", &S::hsts, seconds(0), hours(24 * 730),
                 "Browsers that came by https are told to come by nothing else for so long; 0s "
                 "tells them nothing",
                 Grain::seconds));
    add(path("web", &S::web, Need::optional,
             "Folder of the built pages; if not set, those beside the program"));
    add(public_url());
    add(trusted_proxies());
    add(choice("forwarded_header", &S::forwarded_header, "x-forwarded-for|forwarded",
               kForwardedHeaders, "The header in which trusted proxies name an HTTP client"));
    add(number("threads", &S::threads, 0, 256, "Event loops; 0 is one a core"));

    add(duration("takeover_silence", &S::takeover_silence, milliseconds(500), minutes(1),
                 "An encoder that was silent for so long loses its stream to the next one with "
                 "the same key"));

    add(duration("grace", &S::grace, seconds(0), minutes(30),
                 "A broadcast waits so long for an encoder that dropped out", Grain::seconds));
    add(duration("part_duration", &S::part_duration, milliseconds(200), seconds(1),
                 "Length of the parts that low-latency players load"));
    add(duration("segment_duration", &S::segment_duration, seconds(1), seconds(10),
                 "A segment is cut at the first key frame after this"));
    add(duration("longest_target_duration", &S::longest_target_duration, seconds(2), seconds(30),
                 "Key frames further apart than this are cut in between", Grain::seconds));
    add(duration("window", &S::window, seconds(12), minutes(10),
                 "So much of a broadcast is listed for players", Grain::seconds));
    add(duration("retention", &S::retention, seconds(0), hours(1),
                 "A broadcast that ended can be played for so long", Grain::seconds));

    add(path("tls.certificate", &S::tls_certificate, Need::optional,
             "The certificate and its chain, PEM; read again when it changes, and on SIGHUP",
             "FILE"));
    add(path("tls.key", &S::tls_key, Need::optional,
             "The certificate's private key, PEM without a passphrase", "FILE"));

    add(database_url());

    add(checked_text("site.name", &S::site_name, "NAME", any_text,
                     "What pages and mails call this site"));
    add(choice("accounts.creator_approval", &S::creators_by_approval, "on|off", kSwitch,
               "An administrator approves who wants to stream; otherwise whoever wants to does"));
    add(checked_text("mail.smtp", &S::mail_smtp, "URL", mail::check_smtp_url,
                     "The server that takes mail on: smtp://HOST:PORT (STARTTLS) or smtps://HOST; "
                     "if not set, mail goes into the folder 'outbox' of the data folder"));
    add(checked_text("mail.user", &S::mail_user, "NAME", any_text,
                     "As whom to sign in to it; if not set, without"));
    add(path("mail.password_file", &S::mail_password_file, Need::optional,
             "A file that holds the password, and nothing else", "FILE"));
    add(checked_text("mail.from", &S::mail_from, "ADDRESS", mail::parse_sender,
                     "Whom mail is from: no-reply@example.org, or Name <no-reply@example.org>"));
    add(choice("mail.plain", &S::mail_plain, "on|off", kSwitch,
               "Talk to smtp:// without TLS: for a server on this machine or in a network of one's "
               "own"));

    add(path("geo.country_database", &S::geo_country_database, Need::optional,
             "A database of countries in MaxMind's format; if not set, no country is known",
             "FILE"));

    add(choice("webhooks.private_addresses", &S::webhooks_private_addresses, "on|off", kSwitch,
               "Webhooks may reach this machine and its networks, not the internet alone"));

    add(choice("log.level", &S::log_level, "debug|info|warning|error", kLevels,
               "The least that is logged"));
    add(choice("log.format", &S::log_format, "text|json", kFormats,
               "Log lines for people or for machines"));

    add(duration("encoder.idle", &S::rtmp_idle, seconds(5), minutes(10),
                 "An encoder that sends nothing for so long is disconnected"));
    add(duration("encoder.handshake", &S::rtmp_handshake, seconds(1), minutes(1),
                 "An encoder has so long from connecting to publishing"));
    add(number("encoder.waiting_per_address", &S::rtmp_waiting_per_address, 1, 10'000,
               "So many encoders of one address may be connected without publishing"));
    add(choice("transcode.enabled", &S::transcode, "auto|on|off", kTranscode,
               "Make smaller renditions of each broadcast; auto does if the worker program is "
               "there"));
    add(rungs());
    add(path("transcode.worker", &S::transcode_worker, Need::optional,
             "The worker program; if not set, directfanz-worker beside this one", "FILE"));
    add(number("transcode.most", &S::transcode_most, 0, 1'000,
               "So many broadcasts are transcoded at a time, further ones are shown as they come; "
               "0 is as many as the cores do"));
    add(choice("transcode.encoder", &S::transcode_encoder, "auto|x264|nvenc|qsv|vaapi", kEncoders(),
               "What encodes; auto takes the first that 'directfanz doctor' finds"));
    add(number("transcode.audio_only", &S::transcode_audio_only, 0, 320,
               "Kilobits a second of the rendition without a picture; 0 is none"));
    add(duration("transcode.thumbnails", &S::transcode_thumbnails, seconds(0), minutes(1),
                 "A picture of the broadcast is made so often; 0s makes none"));
    add(number("transcode.memory", &S::transcode_memory, 64, 65'536,
               "Megabytes that a worker may take; one that takes more is replaced"));
    add(number("api.limits_times", &S::api_limits_times, 1, 10'000,
               "What one address or account may ask of the API in a time is so many times as much: "
               "for measurements, and where many share an address"));
    add(number("keys.failures", &S::key_failures, 1, 10'000,
               "So many wrong stream keys of an address are refused at once within "
               "keys.failure_window; further ones with a delay"));
    add(duration("keys.failure_window", &S::key_failure_window, seconds(1), hours(24),
                 "The time in which wrong stream keys are counted"));
    return table;
}

std::string spelled(std::string_view name, char separator, int (*letter)(int)) {
    std::string text;
    for (auto const c : name) {
        text += c == '.' || c == '_' ? separator : static_cast<char>(letter(c));
    }
    return text;
}

}  // namespace

std::string Setting::flag() const {
    return "--" + spelled(name, '-', std::tolower);
}

std::string Setting::variable() const {
    return std::string(kVariablePrefix) + spelled(name, '_', std::toupper);
}

std::span<Setting const> settings_table() {
    static auto const table = make_table();
    return table;
}

Setting const* find_setting(std::string_view name) {
    auto const table = settings_table();
    auto const found = std::ranges::find(table, name, &Setting::name);
    return found == table.end() ? nullptr : &*found;
}

}  // namespace directfanz::app
