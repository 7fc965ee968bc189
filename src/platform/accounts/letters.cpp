#include "platform/accounts/letters.hpp"

#include <array>

#include <fmt/format.h>

namespace directfanz::accounts {
namespace {

struct Words {
    std::string_view kind;
    std::string_view subject;
    /// Paragraphs; {site}, {detail} and {other} are filled in.
    std::string_view before;
    /// On the button; empty: there is no link.
    std::string_view button;
    std::string_view after;
};

// In the order of Letter.
constexpr std::array<Words, 12> kEnglish{{
    {"verify_email", "Confirm your address for {site}",
     "welcome to {site}. Please confirm that this address is yours.", "Confirm the address",
     "The link works for three days. If you did not sign up, you need not do anything."},
    {"change_email", "Confirm your new address for {site}",
     "you asked to use this address for your account on {site}.", "Confirm the new address",
     "The link works for three days. Until then your old address counts."},
    {"email_changed", "Your address on {site} was changed",
     "the address of your account on {site} is {detail} from now on.", "",
     "If that was not you, write to whoever runs this site at once."},
    {"reset_password", "A new password for {site}",
     "somebody, probably you, asked for a new password for your account on {site}.",
     "Choose a new password",
     "The link works for one hour. If it was not you, you need not do anything: your password "
     "stays as it is."},
    {"password_changed", "Your password on {site} was changed",
     "the password of your account on {site} was changed just now. All other devices have been "
     "signed out, and all API tokens and passkeys removed.",
     "It was not me", "If it was you, you need not do anything."},
    {"creator_approved", "You are a creator on {site} now",
     "your application was approved: you can create your first stream.", "To the dashboard", ""},
    {"creator_refused", "Being a creator on {site}",
     "an administrator decided that you are no creator on {site}.", "",
     "If you do not know why, ask whoever runs this site."},
    {"suspended", "Your account on {site} was suspended",
     "your account on {site} was suspended. The reason given is: {detail}", "", ""},
    {"someone_live", "{other} is live: {detail}", "{other} is live now: {detail}", "Watch",
     "You get this mail because you follow {other}. In your settings you can switch it off."},
    {"second_factor_off", "The second factor on {site} was switched off",
     "the second factor of your account on {site} was switched off just now.", "It was not me",
     "If it was you, you need not do anything."},
    {"passkey_added", "A passkey was added on {site}",
     "a passkey was added to your account on {site} just now: {detail}. It opens the account "
     "without the password.",
     "It was not me",
     "If it was you, you need not do anything. A new password removes all passkeys."},
    {"passkey_removed", "A passkey was removed on {site}",
     "a passkey of your account on {site} was removed just now: {detail}.", "It was not me",
     "If it was you, you need not do anything."},
}};

constexpr std::array<Words, 12> kGerman{{
    {"verify_email", "Bestätige deine Adresse für {site}",
     "willkommen bei {site}. Bitte bestätige, dass diese Adresse dir gehört.", "Adresse bestätigen",
     "Der Link gilt drei Tage. Wenn du dich nicht angemeldet hast, musst du nichts tun."},
    {"change_email", "Bestätige deine neue Adresse für {site}",
     "du möchtest diese Adresse für dein Konto bei {site} benutzen.", "Neue Adresse bestätigen",
     "Der Link gilt drei Tage. Bis dahin zählt deine alte Adresse."},
    {"email_changed", "Deine Adresse bei {site} wurde geändert",
     "die Adresse deines Kontos bei {site} ist ab jetzt {detail}.", "",
     "Wenn du das nicht warst, schreibe sofort an die Betreiber dieser Seite."},
    {"reset_password", "Ein neues Passwort für {site}",
     "jemand, wahrscheinlich du, möchte ein neues Passwort für dein Konto bei {site}.",
     "Neues Passwort wählen",
     "Der Link gilt eine Stunde. Wenn du das nicht warst, musst du nichts tun: Dein Passwort "
     "bleibt, wie es ist."},
    {"password_changed", "Dein Passwort bei {site} wurde geändert",
     "das Passwort deines Kontos bei {site} wurde gerade geändert. Alle anderen Geräte wurden "
     "abgemeldet und alle API-Token widerrufen.",
     "Das war ich nicht", "Wenn du es warst, musst du nichts tun."},
    {"creator_approved", "Du kannst jetzt bei {site} streamen",
     "deine Bewerbung wurde angenommen: Du kannst deinen ersten Stream anlegen.", "Zum Dashboard",
     ""},
    {"creator_refused", "Streamen bei {site}",
     "die Verwaltung hat entschieden, dass du bei {site} nicht streamen kannst.", "",
     "Wenn du nicht weißt, warum, frage die Betreiber dieser Seite."},
    {"suspended", "Dein Konto bei {site} wurde gesperrt",
     "dein Konto bei {site} wurde gesperrt. Als Grund wurde angegeben: {detail}", "", ""},
    {"someone_live", "{other} ist live: {detail}", "{other} ist jetzt live: {detail}", "Ansehen",
     "Du bekommst diese Mail, weil du {other} folgst. In den Einstellungen kannst du sie "
     "abschalten."},
    {"second_factor_off", "Der zweite Faktor bei {site} wurde abgeschaltet",
     "der zweite Faktor deines Kontos bei {site} wurde gerade abgeschaltet.", "Das war ich nicht",
     "Wenn du es warst, musst du nichts tun."},
    {"passkey_added", "Ein Passkey bei {site} wurde hinzugefügt",
     "zu deinem Konto bei {site} wurde gerade ein Passkey hinzugefügt: {detail}. Er öffnet das "
     "Konto ohne Passwort.",
     "Das war ich nicht",
     "Wenn du es warst, musst du nichts tun. Ein neues Passwort entfernt alle Passkeys."},
    {"passkey_removed", "Ein Passkey bei {site} wurde entfernt",
     "von deinem Konto bei {site} wurde gerade ein Passkey entfernt: {detail}.",
     "Das war ich nicht", "Wenn du es warst, musst du nichts tun."},
}};

std::string filled(std::string_view words, Site const& site, LetterFacts const& facts) {
    return fmt::format(fmt::runtime(words), fmt::arg("site", site.name),
                       fmt::arg("detail", facts.detail), fmt::arg("other", facts.other));
}

std::string escape_html(std::string_view text) {
    std::string escaped;
    for (auto const c : text) {
        switch (c) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            default:
                escaped += c;
        }
    }
    return escaped;
}

}  // namespace

mail::Message write_letter(Letter letter, Site const& site, std::string_view to,
                           std::string_view display_name, std::string_view language,
                           LetterFacts const& facts) {
    auto const german = language == "de";
    auto const& words = (german ? kGerman : kEnglish)[static_cast<std::size_t>(letter)];
    auto const greeting = fmt::format("{} {},", german ? "Hallo" : "Hello", display_name);
    auto const before = filled(words.before, site, facts);
    auto const after = filled(words.after, site, facts);
    auto const link = site.url + facts.path;

    auto text = fmt::format("{}\n\n{}\n", greeting, before);
    auto html = fmt::format("<p>{}</p><p>{}</p>", escape_html(greeting), escape_html(before));
    if (!words.button.empty()) {
        text += fmt::format("\n{}:\n{}\n", words.button, link);
        html += fmt::format(
            "<p><a href=\"{0}\" style=\"display:inline-block;padding:.7em "
            "1.2em;border-radius:.5em;background:#c2410c;color:#fff;text-decoration:none\">{1}</a>"
            "</p><p style=\"font-size:.85em;color:#555\">{0}</p>",
            escape_html(link), escape_html(words.button));
    }
    if (!after.empty()) {
        text += fmt::format("\n{}\n", after);
        html += fmt::format("<p>{}</p>", escape_html(after));
    }
    text += fmt::format("\n{}\n{}\n", site.name, site.url);
    html += fmt::format("<p>{}</p>", escape_html(site.name));
    return {.to = std::string(to),
            .subject = filled(words.subject, site, facts),
            .text = std::move(text),
            .html = fmt::format("<!doctype html><html lang=\"{}\"><body style=\"font:16px/1.5 "
                                "system-ui,sans-serif;max-width:36em\">{}</body></html>",
                                german ? "de" : "en", html),
            .kind = std::string(words.kind)};
}

}  // namespace directfanz::accounts
