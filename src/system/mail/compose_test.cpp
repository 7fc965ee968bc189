#include "system/mail/compose.hpp"

#include "base/property_test.hpp"
#include "system/mail/test_smtp_server.hpp"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::mail {
namespace {

using directfanz::testing::Generator;
using ::testing::HasSubstr;
using ::testing::Not;

Sender sender(std::string_view text = "no-reply@fans.example") {
    return parse_sender(text).value();
}

Message message() {
    return {.to = "me@example.org", .subject = "Hello", .text = "One\nTwo\n", .kind = "test"};
}

std::string composed(Message const& mail, Way way = Way::network) {
    auto made = compose(mail, sender(), WallTime(seconds(1'000'000'000)), way);
    if (!made) throw std::runtime_error(describe(made.error()));
    return *made;
}

/// The fields before the body, unfolded.
std::vector<std::string> fields_of(std::string mail) {
    mail.resize(mail.find("\r\n\r\n"));
    std::vector<std::string> fields;
    for (std::size_t at = 0; at < mail.size();) {
        auto const end = std::min(mail.find("\r\n", at), mail.size());
        auto const line = mail.substr(at, end - at);
        if (line.starts_with(' ') && !fields.empty()) {
            fields.back() += line;
        } else {
            fields.push_back(line);
        }
        at = end + 2;
    }
    return fields;
}

/// UTF-8 of all lengths, with what headers and bodies stumble over.
std::string any_text(Generator& any, std::size_t most) {
    constexpr std::array<std::string_view, 16> kPieces{
        "a",  "Z", " ", "\t", "\n", "\r\n", "=",     "=?UTF-8?B?",
        "?=", ".", "ü", "日", "☀",  "😀",   "From ", ": "};
    std::string text;
    for (auto count = any.number<std::size_t>(0, most); count > 0; --count) {
        text += kPieces[any.number<std::size_t>(0, kPieces.size() - 1)];
    }
    return text;
}

TEST(ComposeTest, HasTheFieldsThatAMailNeeds) {
    auto const fields = fields_of(composed(message()));
    EXPECT_THAT(fields, ::testing::Contains("From: no-reply@fans.example"));
    EXPECT_THAT(fields, ::testing::Contains("To: me@example.org"));
    EXPECT_THAT(fields, ::testing::Contains("Subject: Hello"));
    EXPECT_THAT(fields, ::testing::Contains("Date: Sun, 09 Sep 2001 01:46:40 +0000"));
    EXPECT_THAT(fields, ::testing::Contains(
                            ::testing::MatchesRegex("Message-ID: <[0-9a-z]+@fans.example>")));
    EXPECT_THAT(fields, ::testing::Contains("MIME-Version: 1.0"));
    EXPECT_NE(composed(message()), composed(message()));
}

TEST(ComposeTest, NoSubjectOrNameMakesAnotherField) {
    directfanz::testing::for_all_seeds([](Generator& any) {
        auto mail = message();
        auto const plain = fields_of(composed(mail)).size();
        mail.subject = any_text(any, 60);
        auto const made = compose(mail, sender(), WallTime(), Way::network);
        ASSERT_TRUE(made);
        EXPECT_EQ(fields_of(*made).size(), plain) << mail.subject;
        EXPECT_EQ(made->find("\r\n\r\n"), made->find("\n\r\n") - 1);
    });
}

TEST(ComposeTest, EveryLineEndsWithCrlfAndNoneIsTooLong) {
    directfanz::testing::for_all_seeds([](Generator& any) {
        auto mail = message();
        mail.subject = any_text(any, 100);
        mail.text = any_text(any, 3'000);
        if (any.coin()) mail.html = any_text(any, 3'000);
        auto const way = any.coin() ? Way::file : Way::network;
        auto const made = compose(mail, sender(), WallTime(), way);
        ASSERT_TRUE(made);
        for (std::size_t at = 0; at < made->size();) {
            auto const end = made->find("\r\n", at);
            ASSERT_NE(end, std::string::npos);
            auto const line = std::string_view(*made).substr(at, end - at);
            ASSERT_EQ(line.find_first_of("\r\n"), line.npos);
            ASSERT_LE(line.size(), way == Way::network ? 78U : 998U) << line;
            if (way == Way::network) {
                for (auto const c : line) ASSERT_GT(c, 0) << line;
            }
            at = end + 2;
        }
    });
}

TEST(ComposeTest, PythonReadsWhatWasWritten) {
    TestFolder const folder;
    auto const put = [&folder](std::string const& name, std::string_view text) {
        std::ofstream(folder / name, std::ios::binary) << text;
    };
    int count = 0;
    directfanz::testing::for_all_seeds(
        [&](Generator& any) {
            auto mail = message();
            mail.subject = any_text(any, 60);
            mail.text = any_text(any, 300) + "\n";
            if (any.coin()) mail.html = any_text(any, 300) + "\n";
            auto const made = compose(mail, sender("\"Die 'Fans' ☀\" <a@b.cd>"), WallTime(),
                                      any.coin() ? Way::file : Way::network);
            ASSERT_TRUE(made);
            auto const name = std::to_string(count++);
            put(name + ".mail", *made);
            put(name + ".subject", mail.subject);
            put(name + ".text", mail.text);
            put(name + ".html", mail.html);
        },
        200);
    PythonProgram python(R"py(
import email, email.policy, email.header, sys
folder, count = sys.argv[1], int(sys.argv[2])
def lines(text):
    return text.replace('\r\n', '\n').replace('\r', '\n')
def read(name):
    with open(f'{folder}/{name}', 'rb') as file:
        return file.read()
wrong = 0
for i in range(count):
    mail = email.message_from_bytes(read(f'{i}.mail'), policy=email.policy.SMTP)
    # compat32 gives the field as it stands; the decoder of RFC 2047 puts it together.
    raw = email.message_from_bytes(read(f'{i}.mail'))
    subject = str(email.header.make_header(email.header.decode_header(raw['Subject'])))
    same = subject.encode() == read(f'{i}.subject')
    same &= mail['From'].addresses[0].display_name == "Die 'Fans' ☀"
    same &= mail['From'].addresses[0].addr_spec == 'a@b.cd'
    text = mail.get_body(('plain',))
    same &= lines(text.get_content()) == lines(read(f'{i}.text').decode())
    html = read(f'{i}.html').decode()
    if html:
        same &= lines(mail.get_body(('html',)).get_content()) == lines(html)
    if not same:
        wrong += 1
        print(i, repr(subject), repr(read(f'{i}.subject').decode()))
print('read', count, 'wrong', wrong)
)py",
                         {folder.path().string(), std::to_string(count)});
    EXPECT_EQ(python.read_all(), "read 200 wrong 0\n");
}

TEST(ComposeTest, AFileKeepsLinesAsTheyAre) {
    auto mail = message();
    mail.text = "Grüße: https://fans.example/?token=" + std::string(300, 'x') + "\n";
    EXPECT_THAT(composed(mail, Way::file), HasSubstr(mail.text.substr(0, mail.text.size() - 1)));
    EXPECT_THAT(composed(mail, Way::network), Not(HasSubstr(std::string(100, 'x'))));
}

TEST(ComposeTest, WhatIsNoMailIsRefused) {
    auto const kind_of = [](Message const& mail) {
        auto const made = compose(mail, sender(), WallTime(), Way::network);
        return made ? std::optional<ErrorKind>() : made.error().kind;
    };
    EXPECT_EQ(kind_of(message()), std::nullopt);
    auto mail = message();
    mail.to = "me";
    EXPECT_EQ(kind_of(mail), ErrorKind::invalid);
    for (auto* const field : {&mail.subject, &mail.text, &mail.html}) {
        mail = message();
        *field = "\xff\xfe";
        EXPECT_EQ(kind_of(mail), ErrorKind::invalid);
        *field = "\xed\xa0\x80";
        EXPECT_EQ(kind_of(mail), ErrorKind::invalid);
        *field = std::string(kMaxBodyLength + 1, 'x');
        EXPECT_EQ(kind_of(mail), ErrorKind::too_large);
    }
}

TEST(EncodeWordsTest, PlainTextStaysAndAllElseIsEncoded) {
    EXPECT_EQ(encode_words("Confirm your address", 9), "Confirm your address");
    EXPECT_EQ(encode_words("", 9), "");
    EXPECT_EQ(encode_words("Grüße", 9), "=?UTF-8?B?R3LDvMOfZQ==?=");
    EXPECT_EQ(encode_words("a\r\nBcc: b", 9), "=?UTF-8?B?YQ0KQmNjOiBi?=");
    EXPECT_EQ(encode_words("=?x?=", 9), "=?UTF-8?B?PT94Pz0=?=");
}

TEST(QuotedPrintableTest, FollowsTheRfc) {
    EXPECT_EQ(to_quoted_printable("a=b\r\n"), "a=3Db\r\n");
    EXPECT_EQ(to_quoted_printable("end \r\n \r\nx\t"), "end=20\r\n=20\r\nx=09");
    EXPECT_EQ(to_quoted_printable("ü"), "=C3=BC");
    EXPECT_EQ(to_quoted_printable(std::string(80, 'x')),
              std::string(75, 'x') + "=\r\n" + std::string(5, 'x'));
}

}  // namespace
}  // namespace directfanz::mail
