#include "platform/streams/catalogue.hpp"

#include "platform/streams/fold.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::streams {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr WallTime kNoon{milliseconds(1'769'860'800'123)};

class CatalogueTest : public testing::Test {
  protected:
    /// Public, in English, of nobody.
    static StreamPage page(std::string id, std::string title = "A show") {
        StreamPage page;
        page.stream.id = StreamId(std::move(id));
        page.stream.title = std::move(title);
        page.stream.language = "en";
        return page;
    }
    static StreamPage page_of(std::string const& creator, std::string id) {
        auto made = page(std::move(id));
        made.stream.owner = AccountId(creator);
        made.creator = Person{
            .id = AccountId(creator), .handle = creator, .display_name = "The great " + creator};
        return made;
    }
    static StreamPage page_at(WallTime time, std::string id) {
        auto made = page(std::move(id));
        made.stream.scheduled_at = time;
        return made;
    }

    static Situation situation(StreamPage const& page, Phase phase, WallTime live_at = kNoon) {
        Situation now{.phase = phase, .broadcast = {}};
        if (phase == Phase::idle) return now;
        now.broadcast = BroadcastRow{.id = "broadcast", .stream = page.stream.id, .phase = phase};
        if (phase != Phase::preview) now.broadcast->live_at = live_at;
        return now;
    }
    void tell(StreamPage const& page, Phase phase, WallTime live_at = kNoon) {
        catalogue.on_situation(std::make_shared<StreamPage const>(page), {},
                               situation(page, phase, live_at));
    }
    void live(StreamPage const& page, WallTime since = kNoon) { tell(page, Phase::live, since); }
    void announce(StreamPage const& page) { tell(page, Phase::idle); }
    void remove(StreamPage const& page) {
        catalogue.on_removed(std::make_shared<StreamPage const>(page));
    }

    void watched_by(std::string const& id, std::uint64_t viewers) {
        auto& set = watching[StreamId(id)] = {};
        for (std::uint64_t viewer = 1; viewer <= viewers; ++viewer) set.see(viewer, 1);
        audience.on_audience(0, {watching.begin(), watching.end()});
        audience.tick();
    }

    Catalogue::Found find(Search const& search, std::optional<Rank> const& after = {},
                          std::size_t most = 100) const {
        return catalogue.find(search, after, most, kNoon);
    }
    static std::vector<std::string> ids(Catalogue::Found const& found) {
        std::vector<std::string> ids;
        for (auto const& card : found.cards) ids.push_back(card.page->stream.id.value());
        return ids;
    }
    std::vector<std::string> ids(Search const& search = {}) const { return ids(find(search)); }
    std::vector<std::string> for_words(std::string_view query) const {
        return ids({.words = search_words(query)});
    }
    /// Page after page, each of at most `most`.
    std::vector<std::vector<std::string>> pages(Search const& search, std::size_t most) const {
        std::vector<std::vector<std::string>> pages;
        std::optional<Rank> after;
        do {
            auto const found = find(search, after, most);
            pages.push_back(ids(found));
            after = found.next;
        } while (after && pages.size() < 100);
        return pages;
    }

    Audience audience{1};
    Catalogue catalogue{audience};
    std::map<StreamId, delivery::ViewerSet> watching;
};

TEST_F(CatalogueTest, WhatIsLiveIsFoundWithAllThatItsCardShows) {
    auto const shown = page_of("ana", "a");
    live(shown, kNoon - seconds(60));
    watched_by("a", 3);
    Followed const followed{AccountId("ana")};
    auto const found = find({.followed = &followed});
    ASSERT_EQ(found.cards.size(), 1U);
    auto const& card = found.cards.front();
    EXPECT_EQ(*card.page, shown);
    EXPECT_EQ(card.phase, Phase::live);
    EXPECT_EQ(card.live_since, kNoon - seconds(60));
    EXPECT_EQ(card.viewers, 3);
    EXPECT_TRUE(card.followed);
    EXPECT_EQ(found.next, std::nullopt);
    EXPECT_FALSE(find({}).cards.front().followed) << "by somebody else";
}

TEST_F(CatalogueTest, WhatIsNotLiveIsNotFound) {
    EXPECT_THAT(ids(), IsEmpty());
    tell(page("a"), Phase::idle);
    tell(page("b"), Phase::preview);
    tell(page("c"), Phase::ended);
    EXPECT_THAT(ids(), IsEmpty());
    EXPECT_FALSE(catalogue.is_live(StreamId("b")));
}

TEST_F(CatalogueTest, AStreamIsFoundFromWhenItIsLiveUntilItEnds) {
    auto const a = page("a");
    tell(a, Phase::preview);
    tell(a, Phase::live);
    EXPECT_THAT(ids(), ElementsAre("a"));
    EXPECT_TRUE(catalogue.is_live(StreamId("a")));
    tell(a, Phase::reconnecting, kNoon - seconds(1));
    EXPECT_EQ(find({}).cards.at(0).phase, Phase::reconnecting);
    EXPECT_EQ(find({}).cards.at(0).live_since, kNoon - seconds(1));
    EXPECT_TRUE(catalogue.is_live(StreamId("a")));
    tell(a, Phase::ended);
    EXPECT_THAT(ids(), IsEmpty());
    EXPECT_FALSE(catalogue.is_live(StreamId("a")));
}

TEST_F(CatalogueTest, ARemovedStreamIsFoundNoMore) {
    auto a = page_at(kNoon + seconds(60), "a");
    live(a);
    live(page("b"));
    announce(page_at(kNoon + seconds(60), "c"));
    remove(a);
    remove(page("c"));
    EXPECT_THAT(ids(), ElementsAre("b"));
    EXPECT_THAT(ids({.scheduled = true}), IsEmpty());
    EXPECT_FALSE(catalogue.is_live(StreamId("a")));
}

TEST_F(CatalogueTest, WhatItsOwnerChangesIsFoundAsItIsThen) {
    auto a = page("a", "Old");
    live(a);
    a.stream.title = "New";
    live(a);
    EXPECT_THAT(for_words("old"), IsEmpty());
    EXPECT_THAT(for_words("new"), ElementsAre("a"));
    a.stream.likes = 7;
    catalogue.on_counted(std::make_shared<StreamPage const>(a), situation(a, Phase::live));
    EXPECT_EQ(find({}).cards.at(0).page->stream.likes, 7);
    a.stream.visibility = Visibility::unlisted;
    live(a);
    EXPECT_THAT(ids(), IsEmpty());
    EXPECT_TRUE(catalogue.is_live(StreamId("a"))) << "it is hidden, not ended";
}

TEST_F(CatalogueTest, OnlyWhatWhoAsksMayFindIsListed) {
    std::map<std::string, Visibility> const visibilities{{"public", Visibility::public_},
                                                         {"password", Visibility::password},
                                                         {"followers", Visibility::followers},
                                                         {"unlisted", Visibility::unlisted}};
    for (auto const& [id, visibility] : visibilities) {
        auto shown = page_of("ana", id);
        shown.stream.visibility = visibility;
        live(shown);
    }
    auto suspended = page_of("bea", "suspended");
    suspended.creator->suspended = true;
    live(suspended);
    Followed const both{AccountId("ana"), AccountId("bea")};
    EXPECT_THAT(ids(), UnorderedElementsAre("public", "password"));
    EXPECT_THAT(ids({.account = AccountId("fan")}), UnorderedElementsAre("public", "password"));
    EXPECT_THAT(ids({.account = AccountId("fan"), .followed = &both}),
                UnorderedElementsAre("public", "password", "followers"));
    EXPECT_THAT(ids({.account = AccountId("ana")}),
                UnorderedElementsAre("public", "password", "followers"))
        << "one's own";
    EXPECT_THAT(ids({.account = AccountId("bea")}), UnorderedElementsAre("public", "password"));
}

TEST_F(CatalogueTest, AStreamForFollowersOfNobodyIsFoundByNobody) {
    auto hidden = page("a");
    hidden.stream.visibility = Visibility::followers;
    live(hidden);
    EXPECT_THAT(ids(), IsEmpty());
}

TEST_F(CatalogueTest, EachFilterLeavesWhatItNames) {
    auto music = page_of("ana", "music");
    music.stream.category = "music";
    music.stream.tags = {"techno", "vinyl"};
    live(music);
    auto talk = page_of("bea", "talk");
    talk.stream.category = "talk";
    talk.stream.language = "de";
    talk.stream.tags = {"techno talk"};
    live(talk);
    auto bare = page("bare");
    bare.stream.language = std::nullopt;
    live(bare);
    EXPECT_THAT(ids({.category = "music"}), ElementsAre("music"));
    EXPECT_THAT(ids({.category = "mus"}), IsEmpty());
    EXPECT_THAT(ids({.tag = "vinyl"}), ElementsAre("music"));
    EXPECT_THAT(ids({.tag = "techno"}), ElementsAre("music")) << "a whole tag";
    EXPECT_THAT(ids({.language = "de"}), ElementsAre("talk"));
    EXPECT_THAT(ids({.creator = "bea"}), ElementsAre("talk"));
    EXPECT_THAT(ids({.creator = "be"}), IsEmpty());
    EXPECT_THAT(ids({.category = "music", .tag = "techno", .language = "en", .creator = "ana"}),
                ElementsAre("music"));
    EXPECT_THAT(ids({.category = "music", .language = "de"}), IsEmpty()) << "all of them hold";
}

TEST_F(CatalogueTest, AllWordsAreLookedForInTitleCreatorAndTags) {
    auto a = page_of("ana", "a");
    a.stream.title = "Friday night";
    a.stream.tags = {"techno", "vinyl"};
    live(a);
    live(page("b", "Friday morning"));
    EXPECT_THAT(for_words(""), UnorderedElementsAre("a", "b"));
    EXPECT_THAT(for_words("friday"), UnorderedElementsAre("a", "b"));
    EXPECT_THAT(for_words("  night   friday "), ElementsAre("a")) << "in any order";
    EXPECT_THAT(for_words("great"), ElementsAre("a")) << "the display name";
    EXPECT_THAT(for_words("ana"), ElementsAre("a")) << "the handle";
    EXPECT_THAT(for_words("vin frid ana"), ElementsAre("a")) << "parts of words, of all of them";
    EXPECT_THAT(for_words("friday noon"), IsEmpty());
    EXPECT_THAT(for_words("nightthe"), IsEmpty()) << "no word goes on in the next text";
}

TEST_F(CatalogueTest, WordsAreFoundInCapitalsOfAnyLanguage) {
    live(page("german", "Grüße aus KÖLN"));
    live(page("greek", "Ζωντανή ΜΟΥΣΙΚΉ"));
    live(page("russian", "Прямой ЭФИР"));
    live(page("japanese", "深夜の音楽 ☀🎶"));
    EXPECT_THAT(for_words("GRÜßE köln"), ElementsAre("german"));
    EXPECT_THAT(for_words("μουσική"), ElementsAre("greek"));
    EXPECT_THAT(for_words("эфир ПРЯМОЙ"), ElementsAre("russian"));
    EXPECT_THAT(for_words("音楽"), ElementsAre("japanese"));
    EXPECT_THAT(for_words("🎶"), ElementsAre("japanese"));
}

TEST_F(CatalogueTest, NoCharacterOfASearchStandsForOthers) {
    live(page("plain", "100 shows of rock n roll"));
    live(page("signs", R"(100% "rock'n'roll"; a_b .* \d (live) [x])"));
    for (auto const* const sign :
         {"%", "100%", "_", "'", "\"", ";", ".*", "\\", "\\d", "(", "[x]", "rock'n'roll", "a_b"}) {
        EXPECT_THAT(for_words(sign), ElementsAre("signs")) << sign;
    }
    for (auto const* const sign : {"r_ck", "r%k", "r.ck", "r*k", "?", "^100", "--"}) {
        EXPECT_THAT(for_words(sign), IsEmpty()) << sign;
    }
}

TEST_F(CatalogueTest, ThoseWhomOneFollowsComeFirstThenTheMostWatched) {
    live(page_of("ana", "a"));
    live(page_of("bea", "b"));
    live(page_of("cat", "c"));
    live(page("d"));
    watched_by("a", 1);
    watched_by("b", 5);
    watched_by("c", 2);
    watched_by("d", 9);
    Followed const followed{AccountId("ana"), AccountId("cat")};
    EXPECT_THAT(ids({.followed = &followed}), ElementsAre("c", "a", "d", "b"));
    EXPECT_THAT(ids({.followed_only = true, .followed = &followed}), ElementsAre("c", "a"));
    EXPECT_THAT(ids(), ElementsAre("d", "b", "c", "a")) << "nobody is followed";
    EXPECT_THAT(ids({.followed_only = true}), IsEmpty());
    EXPECT_THAT(ids({.sort = Search::Sort::viewers, .followed = &followed}),
                ElementsAre("d", "b", "c", "a"));
}

TEST_F(CatalogueTest, TheOrderFollowsTheViewersThatComeAndGo) {
    live(page("a"));
    live(page("b"));
    EXPECT_THAT(ids(), ElementsAre("a", "b")) << "as many: by their ids";
    watched_by("b", 1);
    EXPECT_THAT(ids(), ElementsAre("b", "a"));
    watched_by("a", 2);
    EXPECT_THAT(ids(), ElementsAre("a", "b"));
    watched_by("a", 0);
    EXPECT_THAT(ids(), ElementsAre("b", "a"));
}

TEST_F(CatalogueTest, TheNewestAreThoseThatWentLiveLast) {
    live(page("b"), kNoon - seconds(5));
    live(page("a"), kNoon - seconds(5));
    live(page("c"), kNoon - seconds(9));
    live(page("d"), kNoon - seconds(1));
    watched_by("c", 100);
    EXPECT_THAT(ids({.sort = Search::Sort::newest}), ElementsAre("d", "a", "b", "c"));
}

TEST_F(CatalogueTest, PagesHoldAllOnceInTheListsOrder) {
    for (auto const* const id : {"a", "b", "c", "d", "e"}) {
        live(page_of(id, id), id[0] < 'd' ? kNoon : kNoon - seconds(1));
    }
    watched_by("c", 3);
    watched_by("d", 3);
    watched_by("e", 4);
    Followed const followed{AccountId("b")};
    EXPECT_THAT(pages({.followed = &followed}, 2),
                ElementsAre(ElementsAre("b", "e"), ElementsAre("c", "d"), ElementsAre("a")));
    EXPECT_THAT(pages({.sort = Search::Sort::viewers, .followed = &followed}, 2),
                ElementsAre(ElementsAre("e", "c"), ElementsAre("d", "a"), ElementsAre("b")));
    EXPECT_THAT(pages({.sort = Search::Sort::newest}, 2),
                ElementsAre(ElementsAre("a", "b"), ElementsAre("c", "d"), ElementsAre("e")));
}

TEST_F(CatalogueTest, BehindTheLastCardThereIsNoFurtherPage) {
    for (auto const* const id : {"a", "b", "c", "d"}) live(page(id));
    EXPECT_EQ(find({}, {}, 5).next, std::nullopt);
    EXPECT_EQ(find({}, {}, 4).next, std::nullopt);
    auto const first = find({}, {}, 2);
    ASSERT_NE(first.next, std::nullopt);
    auto const last = find({}, first.next, 2);
    EXPECT_THAT(ids(last), ElementsAre("c", "d"));
    EXPECT_EQ(last.next, std::nullopt);
    auto const only = find({.words = {"nothing"}}, {}, 2);
    EXPECT_THAT(ids(only), IsEmpty());
    EXPECT_EQ(only.next, std::nullopt);
}

TEST_F(CatalogueTest, APageHoldsOnlyWhatTheSearchIsFor) {
    for (auto const* const id : {"a", "b", "c", "d", "e"}) {
        auto shown = page(id);
        if (id[0] != 'b' && id[0] != 'd') shown.stream.category = "music";
        live(shown);
    }
    EXPECT_THAT(pages({.category = "music"}, 2),
                ElementsAre(ElementsAre("a", "c"), ElementsAre("e")));
}

TEST_F(CatalogueTest, TheNextPageGoesOnWhenWhatWasShownIsGone) {
    for (auto const* const id : {"a", "b", "c", "d"}) live(page(id));
    auto const first = find({}, {}, 2);
    ASSERT_THAT(ids(first), ElementsAre("a", "b"));
    tell(page("a"), Phase::ended);
    tell(page("b"), Phase::ended);
    tell(page("c"), Phase::ended);
    EXPECT_THAT(ids(find({}, first.next, 2)), ElementsAre("d"));
    tell(page("d"), Phase::ended);
    auto const none = find({}, first.next, 2);
    EXPECT_THAT(ids(none), IsEmpty());
    EXPECT_EQ(none.next, std::nullopt);
}

TEST_F(CatalogueTest, WhatGoesLiveBetweenTwoPagesMovesNothing) {
    live(page("a"), kNoon - seconds(1));
    live(page("b"), kNoon - seconds(2));
    live(page("c"), kNoon - seconds(3));
    Search const newest{.sort = Search::Sort::newest};
    auto const first = find(newest, {}, 2);
    ASSERT_THAT(ids(first), ElementsAre("a", "b"));
    live(page("d"), kNoon);
    EXPECT_THAT(ids(find(newest, first.next, 2)), ElementsAre("c"));
    EXPECT_THAT(ids(newest), ElementsAre("d", "a", "b", "c"));
}

TEST_F(CatalogueTest, WhatIsWatchedMoreBetweenTwoPagesMovesNoOther) {
    for (auto const* const id : {"a", "b", "c", "d"}) live(page(id));
    watched_by("a", 9);
    watched_by("b", 8);
    watched_by("c", 7);
    watched_by("d", 6);
    auto const first = find({}, {}, 2);
    ASSERT_THAT(ids(first), ElementsAre("a", "b"));
    watched_by("a", 20);
    EXPECT_THAT(ids(find({}, first.next, 2)), ElementsAre("c", "d"));
}

TEST_F(CatalogueTest, TheSoonestOfTheAnnouncedComeFirst) {
    announce(page_at(kNoon + seconds(20), "c"));
    announce(page_at(kNoon + seconds(20), "b"));
    announce(page_at(kNoon + seconds(10), "d"));
    announce(page_at(kNoon + seconds(30), "a"));
    announce(page("never"));
    EXPECT_THAT(pages({.scheduled = true}, 2),
                ElementsAre(ElementsAre("d", "b"), ElementsAre("c", "a")));
    EXPECT_THAT(ids(), IsEmpty()) << "none of them is live";
    auto const card = find({.scheduled = true}).cards.at(0);
    EXPECT_EQ(card.phase, Phase::idle);
    EXPECT_EQ(card.live_since, std::nullopt);
}

TEST_F(CatalogueTest, AnAnnouncedTimeThatHasComeIsNotListed) {
    announce(page_at(kNoon - seconds(1), "past"));
    announce(page_at(kNoon, "now"));
    announce(page_at(kNoon + milliseconds(1), "soon"));
    EXPECT_THAT(ids({.scheduled = true}), ElementsAre("soon"));
}

TEST_F(CatalogueTest, WhatIsLiveIsNotAnnouncedUntilItHasEnded) {
    auto const a = page_at(kNoon + seconds(60), "a");
    tell(a, Phase::preview);
    EXPECT_THAT(ids({.scheduled = true}), ElementsAre("a"));
    live(a);
    EXPECT_THAT(ids({.scheduled = true}), IsEmpty());
    EXPECT_THAT(ids(), ElementsAre("a"));
    tell(a, Phase::ended);
    EXPECT_THAT(ids({.scheduled = true}), ElementsAre("a"));
}

TEST_F(CatalogueTest, AnAnnouncedTimeCanBeMovedAndTakenBack) {
    announce(page_at(kNoon + seconds(10), "a"));
    announce(page_at(kNoon + seconds(20), "b"));
    announce(page_at(kNoon + seconds(30), "a"));
    EXPECT_THAT(ids({.scheduled = true}), ElementsAre("b", "a"));
    announce(page("b"));
    EXPECT_THAT(ids({.scheduled = true}), ElementsAre("a"));
}

TEST_F(CatalogueTest, TheAnnouncedAreFilteredLikeTheLive) {
    auto music = page_at(kNoon + seconds(10), "a");
    music.stream.category = "music";
    announce(music);
    auto hidden = page_at(kNoon + seconds(20), "b");
    hidden.stream.visibility = Visibility::unlisted;
    announce(hidden);
    announce(page_at(kNoon + seconds(30), "c"));
    EXPECT_THAT(ids({.scheduled = true}), ElementsAre("a", "c"));
    EXPECT_THAT(ids({.category = "music", .scheduled = true}), ElementsAre("a"));
}

TEST_F(CatalogueTest, WhatIsReadTakesThePlaceOfAllThatWasAnnounced) {
    announce(page_at(kNoon + seconds(10), "a"));
    live(page("b"));
    catalogue.set_scheduled(
        {std::make_shared<StreamPage const>(page_at(kNoon + seconds(30), "c")),
         std::make_shared<StreamPage const>(page_at(kNoon + seconds(20), "d"))});
    EXPECT_THAT(ids({.scheduled = true}), ElementsAre("d", "c"));
    EXPECT_THAT(ids(), ElementsAre("b")) << "what is live stays";
}

/// With as many announced as are kept: at 1, 2, 3 … seconds behind noon.
class FullCatalogueTest : public CatalogueTest {
  protected:
    FullCatalogueTest() {
        std::vector<SharedPage> announced;
        for (std::size_t i = 1; i <= Catalogue::kMostScheduled; ++i) {
            announced.push_back(std::make_shared<StreamPage const>(
                page_at(kNoon + seconds(i), "s" + std::to_string(i))));
        }
        catalogue.set_scheduled(std::move(announced));
    }

    std::vector<std::string> all() const {
        return ids(find({.scheduled = true}, {}, Catalogue::kMostScheduled + 10));
    }
    std::string const latest = "s" + std::to_string(Catalogue::kMostScheduled);
};

TEST_F(FullCatalogueTest, AnAnnouncedStreamStaysWhenItsOwnerChangesIt) {
    auto changed = page_at(kNoon + seconds(1), "s1");
    changed.stream.title = "Changed";
    announce(changed);
    EXPECT_EQ(all().size(), Catalogue::kMostScheduled);
    EXPECT_EQ(all().front(), "s1");
    EXPECT_EQ(find({.scheduled = true}, {}, 1).cards.at(0).page->stream.title, "Changed");
}

TEST_F(FullCatalogueTest, ASoonerOneTakesThePlaceOfTheLatest) {
    announce(page_at(kNoon + milliseconds(1), "soon"));
    auto const kept = all();
    EXPECT_EQ(kept.size(), Catalogue::kMostScheduled);
    EXPECT_EQ(kept.front(), "soon");
    EXPECT_NE(kept.back(), latest);
}

TEST_F(FullCatalogueTest, ALaterOneFindsNoPlace) {
    announce(page_at(kNoon + seconds(Catalogue::kMostScheduled + 1), "late"));
    auto const kept = all();
    EXPECT_EQ(kept.size(), Catalogue::kMostScheduled);
    EXPECT_EQ(kept.back(), latest);
}

TEST_F(FullCatalogueTest, WhatIsLiveTakesNoAnnouncedOnesPlace) {
    auto const a = page_at(kNoon - seconds(60), "a");
    live(a);
    catalogue.on_counted(std::make_shared<StreamPage const>(a), situation(a, Phase::live));
    auto const kept = all();
    EXPECT_EQ(kept.size(), Catalogue::kMostScheduled);
    EXPECT_EQ(kept.back(), latest);
}

TEST_F(FullCatalogueTest, WhereOneIsTakenBackAnotherFindsItsPlace) {
    announce(page("s1"));
    announce(page_at(kNoon + seconds(Catalogue::kMostScheduled + 1), "late"));
    auto const kept = all();
    EXPECT_EQ(kept.size(), Catalogue::kMostScheduled);
    EXPECT_EQ(kept.back(), "late");
}

}  // namespace
}  // namespace directfanz::streams
