#include "platform/webhooks/schedule.hpp"

#include <numeric>

#include <gtest/gtest.h>

namespace directfanz::webhooks {
namespace {

web_client::Response answer(int status, std::string body = {},
                            std::vector<web_client::Header> headers = {}) {
    return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

TEST(ScheduleTest, GoesOnForAboutThreeDays) {
    auto const all = std::accumulate(kSchedule.begin(), kSchedule.end(), seconds(0));
    EXPECT_GT(all, std::chrono::hours(72));
    EXPECT_LT(all, std::chrono::hours(84));
    EXPECT_TRUE(std::is_sorted(kSchedule.begin(), kSchedule.end()));
}

TEST(ScheduleTest, WaitsLongerEachTimeAndEnds) {
    Outcome const failed{.status = 500, .response = {}, .retry_after = {}};
    auto before = milliseconds(0);
    for (std::int64_t tries = 1; tries <= static_cast<std::int64_t>(kSchedule.size()); ++tries) {
        auto const wait = wait_after(tries, failed, 0.5);
        ASSERT_TRUE(wait) << tries;
        EXPECT_GT(*wait, before) << tries;
        before = *wait;
    }
    EXPECT_FALSE(wait_after(static_cast<std::int64_t>(kSchedule.size()) + 1, failed, 0.5));
    EXPECT_FALSE(wait_after(0, failed, 0.5));
    EXPECT_FALSE(wait_after(-1, failed, 0.5));
}

TEST(ScheduleTest, SpreadsTheWaitsByATenth) {
    Outcome const failed{.status = 500, .response = {}, .retry_after = {}};
    EXPECT_EQ(wait_after(2, failed, 0.0), milliseconds(270'000));
    EXPECT_EQ(wait_after(2, failed, 0.5), milliseconds(300'000));
    EXPECT_EQ(wait_after(2, failed, 1.0), milliseconds(330'000));
    EXPECT_EQ(wait_after(2, failed, 7.0), milliseconds(330'000));
}

TEST(ScheduleTest, AServerMayAskForMoreTimeButNotForLess) {
    Outcome failed{.status = 503, .response = {}, .retry_after = seconds(3'600)};
    EXPECT_EQ(wait_after(1, failed, 0.5), milliseconds(3'600'000));
    failed.retry_after = seconds(1);
    EXPECT_EQ(wait_after(2, failed, 0.5), milliseconds(300'000));
}

TEST(ScheduleTest, WhoIsGoneIsAskedNoMore) {
    auto const outcome = outcome_of(answer(410));
    EXPECT_TRUE(outcome.gone);
    EXPECT_FALSE(outcome.delivered);
    EXPECT_FALSE(wait_after(1, outcome, 0.5));
}

TEST(OutcomeTest, TwoHundredsAreTakenAndNothingElse) {
    for (auto const status : {200, 201, 202, 204, 299}) {
        EXPECT_TRUE(outcome_of(answer(status)).delivered) << status;
    }
    // Redirects are failures: a signed request goes where its owner wrote, and nowhere else.
    for (auto const status : {100, 199, 300, 301, 302, 304, 308, 400, 404, 410, 429, 500, 503}) {
        auto const outcome = outcome_of(answer(status, "sorry"));
        EXPECT_FALSE(outcome.delivered) << status;
        EXPECT_EQ(outcome.status, status);
        EXPECT_EQ(outcome.response, "sorry");
    }
}

TEST(OutcomeTest, WhereNoAnswerCameTheReasonIsTold) {
    auto const outcome =
        outcome_of(fail(ErrorKind::timeout, "fans.example", "took longer than 10 s"));
    EXPECT_FALSE(outcome.delivered);
    EXPECT_FALSE(outcome.status);
    EXPECT_EQ(outcome.response, "took longer than 10 s");
}

TEST(OutcomeTest, RetryAfterIsANumberOfSecondsUpToADay) {
    auto const asked = [](std::string text) {
        return outcome_of(answer(503, "", {{"retry-after", std::move(text)}})).retry_after;
    };
    EXPECT_EQ(asked("120"), seconds(120));
    EXPECT_EQ(asked("0"), seconds(0));
    EXPECT_EQ(asked("999999999999"), kLongestRetryAfter);
    EXPECT_FALSE(asked(""));
    EXPECT_FALSE(asked("-5"));
    EXPECT_FALSE(asked("soon"));
    EXPECT_FALSE(asked("5 minutes"));
    EXPECT_FALSE(asked("99999999999999999999999"));
    EXPECT_FALSE(outcome_of(answer(503)).retry_after);
}

TEST(OutcomeTest, OfAnAnswerOnlyAReadableBeginningIsKept) {
    EXPECT_EQ(outcome_of(answer(500, std::string(10'000, 'x'))).response.size(), kMostResponse);
    EXPECT_EQ(outcome_of(answer(500, std::string("a\0b\x1b[31m\nc", 10))).response, "a b [31m c");
    EXPECT_EQ(outcome_of(answer(500, "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x8e\xa5")).response,
              "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x8e\xa5");
    // Not UTF-8: a lone byte, an overlong "/", a surrogate, beyond U+10FFFF, cut short.
    for (std::string const broken :
         {"\xff", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82"}) {
        auto const shown = outcome_of(answer(500, "a" + broken + "b")).response;
        EXPECT_EQ(shown, "a" + std::string(broken.size(), ' ') + "b");
    }
}

TEST(OutcomeTest, NoCharacterIsCutInTwo) {
    auto const shown = outcome_of(answer(500, std::string(kMostResponse - 1, 'x') + "\xc3\xbc"));
    EXPECT_EQ(shown.response, std::string(kMostResponse - 1, 'x'));
}

}  // namespace
}  // namespace directfanz::webhooks
