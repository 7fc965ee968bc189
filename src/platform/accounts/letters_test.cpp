#include "platform/accounts/letters.hpp"

#include <gmock/gmock.h>

namespace directfanz::accounts {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Site const kSite{.name = "My Fans", .url = "https://fans.example"};

mail::Message write(Letter letter, std::string_view language, LetterFacts const& facts = {},
                    std::string_view name = "Anna") {
    return write_letter(letter, kSite, "anna@mail.example", name, language, facts);
}

TEST(LettersTest, EveryLetterIsWholeInEveryLanguage) {
    for (int i = 0; i <= static_cast<int>(Letter::passkey_removed); ++i) {
        auto const letter = static_cast<Letter>(i);
        LetterFacts const facts{.path = "/where", .detail = "DETAIL", .other = "OTHER"};
        auto const english = write(letter, "en", facts);
        auto const german = write(letter, "de", facts);
        EXPECT_EQ(english.kind, german.kind);
        EXPECT_NE(english.subject, german.subject) << english.kind;
        EXPECT_NE(english.text, german.text) << english.kind;
        EXPECT_THAT(english.html, HasSubstr("lang=\"en\""));
        EXPECT_THAT(german.html, HasSubstr("lang=\"de\""));
        for (auto const& message : {english, german}) {
            EXPECT_EQ(message.to, "anna@mail.example");
            EXPECT_FALSE(message.subject.empty());
            EXPECT_THAT(message.text, HasSubstr("Anna"));
            EXPECT_THAT(message.subject + message.text + message.html,
                        Not(::testing::ContainsRegex("[{}]")));
        }
        EXPECT_EQ(english.text.find("https://fans.example/where") == std::string::npos,
                  german.text.find("https://fans.example/where") == std::string::npos)
            << english.kind;
    }
}

TEST(LettersTest, AnotherLanguageIsEnglish) {
    EXPECT_EQ(write(Letter::reset_password, "fr").text, write(Letter::reset_password, "en").text);
    EXPECT_EQ(write(Letter::reset_password, "").text, write(Letter::reset_password, "en").text);
}

TEST(LettersTest, TheLinkStandsInBothForms) {
    auto const letter = write(Letter::verify_email, "en",
                              {.path = "/verify-email#token=abc", .detail = {}, .other = {}});
    EXPECT_THAT(letter.text, HasSubstr("\nhttps://fans.example/verify-email#token=abc\n"));
    EXPECT_THAT(letter.html, HasSubstr("href=\"https://fans.example/verify-email#token=abc\""));
}

TEST(LettersTest, WhatPeopleChoseIsNoMarkup) {
    auto const letter = write(Letter::someone_live, "en",
                              {.path = "/streaming/live/s1",
                               .detail = "<script>alert(1)</script> {site} & \"more\"",
                               .other = "<b>Bert</b>"},
                              "<i>Anna</i>");
    EXPECT_THAT(letter.html, Not(HasSubstr("<script>")));
    EXPECT_THAT(letter.html, Not(HasSubstr("<b>Bert")));
    EXPECT_THAT(letter.html, Not(HasSubstr("<i>Anna")));
    EXPECT_THAT(letter.html, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt; {site} &amp; "
                                       "&quot;more&quot;"));
    EXPECT_THAT(letter.text, HasSubstr("<script>alert(1)</script> {site}"));
}

}  // namespace
}  // namespace directfanz::accounts
