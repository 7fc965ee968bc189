#include "system/mail/compose.hpp"

#include "base/random.hpp"

#include <algorithm>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace directfanz::mail {
namespace {

/// RFC 5322, 2.1.1: without CRLF, what should be kept and what must be.
constexpr std::size_t kLineLength = 78;
constexpr std::size_t kMaxLineLength = 998;
/// RFC 2047, 2: an encoded word's length at most.
constexpr std::size_t kMaxWordLength = 75;
/// RFC 2045, 6.7: a line's length at most.
constexpr std::size_t kMaxQuotedLineLength = 76;

bool is_ascii_text(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
}

/// Bytes of the UTF-8 character that `text` begins with; 0 if it begins with none. RFC 3629.
std::size_t character_length(std::string_view text) {
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    auto const lead = byte(0);
    if (lead < 0x80) return 1;
    std::size_t const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return 0;
    }
    if (lead == 0xe0 && byte(1) < 0xa0) return 0;
    if (lead == 0xed && byte(1) > 0x9f) return 0;
    if (lead == 0xf0 && byte(1) < 0x90) return 0;
    if (lead == 0xf4 && byte(1) > 0x8f) return 0;
    return length;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        auto const length = character_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string to_base64(std::string_view bytes) {
    constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        auto const at = [&](std::size_t offset) {
            return i + offset < bytes.size()
                       ? static_cast<unsigned>(static_cast<unsigned char>(bytes[i + offset]))
                       : 0U;
        };
        auto const three = at(0) << 16U | at(1) << 8U | at(2);
        text += letters[three >> 18U];
        text += letters[three >> 12U & 63U];
        text += i + 1 < bytes.size() ? letters[three >> 6U & 63U] : '=';
        text += i + 2 < bytes.size() ? letters[three & 63U] : '=';
    }
    return text;
}

/// Every line end, and every CR or LF alone, as CRLF.
std::string with_crlf(std::string_view text) {
    std::string made;
    made.reserve(text.size() + text.size() / 32);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        if (text[i] == '\r' || text[i] == '\n') {
            made += "\r\n";
        } else {
            made += text[i];
        }
    }
    if (!made.ends_with("\r\n")) made += "\r\n";
    return made;
}

bool has_long_line(std::string_view text) {
    while (!text.empty()) {
        auto const end = text.find("\r\n");
        if (std::min(end, text.size()) > kMaxLineLength) return true;
        if (end == text.npos) return false;
        text.remove_prefix(end + 2);
    }
    return false;
}

/// Its header fields and its body.
std::string part(std::string_view type, std::string_view text, Way way) {
    auto const lines = with_crlf(text);
    // Controls have no place in what is sent as it is.
    auto const plain = [](unsigned char c) {
        return c >= 0x20 || c == '\r' || c == '\n' || c == '\t';
    };
    auto const as_it_is =
        way == Way::file && !has_long_line(lines) && std::ranges::all_of(lines, plain);
    return fmt::format(
        "Content-Type: {}; charset=utf-8\r\n"
        "Content-Transfer-Encoding: {}\r\n\r\n{}",
        type, as_it_is ? "8bit" : "quoted-printable",
        as_it_is ? lines : to_quoted_printable(lines));
}

std::string from_field(Sender const& sender) {
    auto address = sender.address.to_string();
    if (sender.name.empty()) return address;
    if (!is_ascii_text(sender.name)) {
        return fmt::format("{}\r\n <{}>", encode_words(sender.name, 6), address);
    }
    std::string quoted;
    for (auto const c : sender.name) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c;
    }
    return fmt::format("\"{}\"\r\n <{}>", quoted, address);
}

/// RFC 5322, 3.3.
std::string date_field(WallTime time) {
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} +0000",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

Result<void> check(Message const& message) {
    for (auto const& [text, most, what] :
         {std::tuple{&message.subject, kMaxSubjectLength, "subject"},
          std::tuple{&message.text, kMaxBodyLength, "text"},
          std::tuple{&message.html, kMaxBodyLength, "text"}}) {
        if (text->size() > most) {
            return fail(ErrorKind::too_large, "mail",
                        fmt::format("the {} has more than {} bytes", what, most));
        }
        if (!is_utf8(*text)) {
            return fail(ErrorKind::invalid, "mail", fmt::format("the {} is not UTF-8", what));
        }
    }
    return {};
}

}  // namespace

std::string encode_words(std::string_view text, std::size_t used) {
    constexpr std::string_view begin = "=?UTF-8?B?";
    constexpr std::string_view end = "?=";
    // What looks like an encoded word would be read as one.
    if (is_ascii_text(text) && used + text.size() <= kLineLength && text.find("=?") == text.npos) {
        return std::string(text);
    }
    std::string made;
    while (!text.empty()) {
        auto const room = std::min(kMaxWordLength, kLineLength - std::min(used, kLineLength - 20)) -
                          begin.size() - end.size();
        // Base64 makes four of three; a character is never cut in two (RFC 2047, 5).
        std::size_t taken = 0;
        while (taken < text.size()) {
            auto const length = std::max<std::size_t>(character_length(text.substr(taken)), 1);
            if ((taken + length + 2) / 3 * 4 > room) break;
            taken += length;
        }
        if (!made.empty()) made += "\r\n ";
        made += begin;
        made += to_base64(text.substr(0, taken));
        made += end;
        text.remove_prefix(taken);
        used = 1;
    }
    return made;
}

std::string to_quoted_printable(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string made;
    std::size_t column = 0;
    auto const put = [&](std::string_view piece) {
        // Room for the soft line break's "=".
        if (column + piece.size() > kMaxQuotedLineLength - 1) {
            made += "=\r\n";
            column = 0;
        }
        made += piece;
        column += piece.size();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text.substr(i).starts_with("\r\n")) {
            made += "\r\n";
            column = 0;
            ++i;
            continue;
        }
        auto const c = static_cast<unsigned char>(text[i]);
        auto const at_end = i + 1 == text.size() || text.substr(i + 1).starts_with("\r\n");
        auto const blank = c == ' ' || c == '\t';
        if ((c > 0x20 && c < 0x7f && c != '=') || (blank && !at_end)) {
            put(text.substr(i, 1));
        } else {
            std::string const quoted{'=', digits[c >> 4U], digits[c & 15U]};
            put(quoted);
        }
    }
    return made;
}

Result<std::string> compose(Message const& message, Sender const& sender, WallTime time, Way way) {
    auto const to = parse_address(message.to);
    if (!to) return std::unexpected(to.error());
    auto const checked = check(message);
    if (!checked) return std::unexpected(checked.error());

    // A line end in a subject is encoded with the rest of it, and so stays inside.
    auto mail = fmt::format(
        "From: {}\r\n"
        "To: {}\r\n"
        "Subject: {}\r\n"
        "Date: {}\r\n"
        "Message-ID: <{}@{}>\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "MIME-Version: 1.0\r\n",
        from_field(sender), to->to_string(), encode_words(message.subject, 9), date_field(time),
        random_token(100), sender.address.domain);
    if (message.html.empty()) return mail + part("text/plain", message.text, way);

    auto const boundary = "=_" + random_token(100);
    mail += fmt::format("Content-Type: multipart/alternative; boundary=\"{}\"\r\n\r\n", boundary);
    for (auto const& alternative :
         {part("text/plain", message.text, way), part("text/html", message.html, way)}) {
        mail += fmt::format("--{}\r\n{}\r\n", boundary, alternative);
    }
    return mail + fmt::format("--{}--\r\n", boundary);
}

}  // namespace directfanz::mail
