#include "system/mail/smtp.hpp"

#include "base/log.hpp"
#include "system/mail/compose.hpp"

#include <algorithm>
#include <cstring>

#include <curl/curl.h>
#include <fmt/format.h>

namespace directfanz::mail {
namespace {

struct Free {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    void operator()(char* text) const { curl_free(text); }
};

std::string part_of(CURLU* url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, 0) != CURLUE_OK) return {};
    std::unique_ptr<char, Free> const held(text);
    return text;
}

/// What is left to send.
std::size_t read_from(char* into, std::size_t size, std::size_t count, void* data) {
    auto& left = *static_cast<std::string_view*>(data);
    auto const taken = std::min(size * count, left.size());
    std::memcpy(into, left.data(), taken);
    left.remove_prefix(taken);
    return taken;
}

class Smtp final : public Mailer {
  public:
    explicit Smtp(SmtpOptions options) : options_(std::move(options)) {}

    Result<void> send(Message const& message) override {
        auto const mail = compose(message, options_.from, wall_now(), Way::network);
        if (!mail) return std::unexpected(mail.error());
        std::unique_ptr<CURL, Free> const easy(curl_easy_init());
        if (!easy) return fail(ErrorKind::unavailable, "mail", "there is no memory left");
        std::unique_ptr<curl_slist, Free> const to(curl_slist_append(nullptr, message.to.c_str()));
        std::string_view left = *mail;
        set_up(easy.get(), to.get(), left);
        auto const code = curl_easy_perform(easy.get());
        if (code != CURLE_OK) return failure(easy.get(), code);
        log::info("mail_sent", {{"kind", message.kind}});
        return {};
    }

  private:
    void set_up(CURL* easy, curl_slist* to, std::string_view& mail) const {
        auto const from = options_.from.address.to_string();
        // Mail does not end with the name of this machine, which may be private.
        auto const url = fmt::format("{}/{}", options_.url, options_.from.address.domain);
        curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
        curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
        curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(easy, CURLOPT_USE_SSL,
                         static_cast<long>(options_.plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
        curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
        if (!options_.authorities.empty()) {
            curl_easy_setopt(easy, CURLOPT_CAINFO, options_.authorities.c_str());
        }
        if (!options_.user.empty()) {
            curl_easy_setopt(easy, CURLOPT_USERNAME, options_.user.c_str());
            curl_easy_setopt(easy, CURLOPT_PASSWORD, options_.password.c_str());
        }
        curl_easy_setopt(easy, CURLOPT_MAIL_FROM, from.c_str());
        curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, to);
        curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, &read_from);
        curl_easy_setopt(easy, CURLOPT_READDATA, &mail);
        curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                         static_cast<long>(options_.connect_timeout.count()));
        curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
    }

    std::unexpected<Error> failure(CURL* easy, CURLcode code) const {
        auto const refuse = [this](ErrorKind kind, std::string_view why) {
            return fail(kind, "mail", fmt::format("{}: {}", options_.url, why));
        };
        long reply = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &reply);
        switch (code) {
            case CURLE_OPERATION_TIMEDOUT:
                return refuse(ErrorKind::timeout, "the mail server does not answer in time");
            case CURLE_LOGIN_DENIED:
                return refuse(ErrorKind::denied,
                              "the mail server refuses user and password; look at mail.user and "
                              "mail.password_file");
            case CURLE_USE_SSL_FAILED:
                return refuse(ErrorKind::unavailable,
                              "the mail server offers no STARTTLS; try smtps://, or allow plain "
                              "text with mail.plain");
            case CURLE_COULDNT_RESOLVE_HOST:
                return refuse(ErrorKind::unavailable, "no such mail server is known");
            default:
                break;
        }
        // RFC 5321, 4.2.1: 5yz is for good, 4yz may pass.
        if (reply >= 500 && reply < 600) {
            return refuse(ErrorKind::denied,
                          fmt::format("the mail server refuses the mail (reply {})", reply));
        }
        return refuse(
            ErrorKind::unavailable,
            fmt::format("the mail could not be handed over: {}{}", curl_easy_strerror(code),
                        reply >= 400 ? fmt::format(" (reply {})", reply) : ""));
    }

    SmtpOptions options_;
};

}  // namespace

Result<void> check_smtp_url(std::string_view text) {
    auto const refused =
        fail(ErrorKind::invalid, "",
             "this is no mail server's address, such as smtp://mail.example.org:587 or "
             "smtps://mail.example.org");
    if (!text.starts_with("smtp://") && !text.starts_with("smtps://")) return refused;
    std::unique_ptr<CURLU, Free> const url(curl_url());
    if (curl_url_set(url.get(), CURLUPART_URL, std::string(text).c_str(), 0) != CURLUE_OK) {
        return refused;
    }
    auto const path = part_of(url.get(), CURLUPART_PATH);
    if (text.find('\0') != text.npos || text.ends_with('/') || !(path.empty() || path == "/") ||
        !part_of(url.get(), CURLUPART_USER).empty() ||
        !part_of(url.get(), CURLUPART_QUERY).empty() ||
        !part_of(url.get(), CURLUPART_FRAGMENT).empty()) {
        return refused;
    }
    return {};
}

Result<std::unique_ptr<Mailer>> make_smtp(SmtpOptions options) {
    auto const checked = check_smtp_url(options.url);
    if (!checked) return std::unexpected(checked.error());
    std::unique_ptr<CURLU, Free> const url(curl_url());
    curl_url_set(url.get(), CURLUPART_URL, options.url.c_str(), 0);
    // curl's own is 25, where mail servers talk with one another.
    if (options.url.starts_with("smtp://") && part_of(url.get(), CURLUPART_PORT).empty()) {
        options.url += ":587";
    }
    return std::make_unique<Smtp>(std::move(options));
}

}  // namespace directfanz::mail
