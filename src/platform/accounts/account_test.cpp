#include "platform/accounts/account.hpp"

#include <gtest/gtest.h>

namespace directfanz::accounts {
namespace {

TEST(HandleTest, IsThreeToThirtyOfLettersDigitsAndUnderscores) {
    for (auto const* const good : {"abc", "a_b", "___", "007", "luna_live_2026"}) {
        EXPECT_TRUE(is_handle(good)) << good;
    }
    EXPECT_TRUE(is_handle(std::string(30, 'a')));
    EXPECT_FALSE(is_handle(std::string(31, 'a')));
    for (auto const* const bad : {"", "ab", "Luna", "lu na", "lu-na", "lu.na", "luna!", "lün",
                                  "lun\xd0\xb0", "lu\xe2\x80\xaena", "lu\nna", "@luna"}) {
        EXPECT_FALSE(is_handle(bad)) << bad;
    }
    EXPECT_FALSE(is_handle(std::string_view("lu\0na", 5)));
}

TEST(HandleTest, NamesThatSoundLikeTheSiteAreReserved) {
    for (auto const* const name : {"admin", "administrator", "api", "support", "security",
                                   "directfanz", "settings", "root"}) {
        EXPECT_TRUE(is_handle(name)) << name;
        EXPECT_TRUE(is_reserved_handle(name)) << name;
    }
    EXPECT_FALSE(is_reserved_handle("luna"));
    EXPECT_FALSE(is_reserved_handle("admin_luna"));
}

TEST(DisplayNameTest, CanBeSeenAndLeavesTheTextAroundItAlone) {
    for (auto const* const good : {"Luna", "Lu na", "Änna", "\u5c0f\u6797", "\U0001f319 Luna",
                                   "\u0627\u0646\u0627", "\U0001f469\u200d\U0001f3a4"}) {
        EXPECT_TRUE(is_display_name(good)) << good;
    }
    for (auto const* const bad : {"", " ", "\u00a0\u3000", "\u200b\u200d", "\ufeff", "\u00ad",
                                  "a\u202eb", "a\u2066b", "a\u2028b", "a\u0085b",
                                  "a\x7f"
                                  "b"}) {
        EXPECT_FALSE(is_display_name(bad)) << bad;
    }
    EXPECT_TRUE(is_harmless("two\nlines"));
    EXPECT_TRUE(is_harmless(""));
    EXPECT_FALSE(is_harmless("a\u202ab"));
}

TEST(EmailTest, IsComparedInLowerCase) {
    EXPECT_EQ(email_key("Anna.B@Mail.EXAMPLE"), "anna.b@mail.example");
    EXPECT_EQ(email_key("anna+tag@mail.example"), "anna+tag@mail.example");
    EXPECT_EQ(email_key(""), "");
}

TEST(EmailTest, NothingThatBreaksALetterIsOne) {
    EXPECT_TRUE(is_email("anna@mail.example"));
    for (std::string const bad :
         {"", "anna", "anna@", "@mail.example", "anna@mail.example\r\nBcc: all@mail.example",
          "anna@mail.example\n", "an na@mail.example", "anna@mail.example, bert@mail.example",
          "<anna@mail.example>", "anna@ma il.example"}) {
        EXPECT_FALSE(is_email(bad)) << bad;
    }
}

TEST(LanguageTest, IsTwoOrThreeSmallLetters) {
    EXPECT_TRUE(is_language("en"));
    EXPECT_TRUE(is_language("gsw"));
    for (auto const* const bad : {"", "e", "engl", "EN", "e1", "de-AT"}) {
        EXPECT_FALSE(is_language(bad)) << bad;
    }
}

TEST(CreatorStatusTest, HasTheContractsNames) {
    for (auto const name : kCreatorStatuses) {
        EXPECT_EQ(to_string(parse_creator_status(name)), name);
    }
    EXPECT_EQ(parse_creator_status("from the future"), CreatorStatus::none);
}

}  // namespace
}  // namespace directfanz::accounts
