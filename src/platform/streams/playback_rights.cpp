#include "platform/streams/playback_rights.hpp"

#include <algorithm>

namespace directfanz::streams {

bool Access::shown_in(std::optional<std::string> const& country) const {
    if (!country) return allowed_countries.empty();
    auto const among = [&country](std::vector<std::string> const& list) {
        return std::ranges::find(list, *country) != list.end();
    };
    if (!allowed_countries.empty() && !among(allowed_countries)) return false;
    return !among(blocked_countries);
}

Access access_of(StreamPage const& page, Phase phase) {
    auto const& stream = page.stream;
    auto const shown =
        phase == Phase::live || phase == Phase::reconnecting || phase == Phase::ended;
    return {.suspended = page.suspended(),
            .preview = !shown,
            .needs_token = stream.visibility == Visibility::followers ||
                           stream.visibility == Visibility::password,
            .epoch = stream.access_epoch,
            .allowed_countries = stream.allowed_countries,
            .blocked_countries = stream.blocked_countries};
}

PlaybackRights::PlaybackRights(io::LoopPool& loops, PlaybackTokens const& tokens,
                               std::shared_ptr<geo::CountryDatabase const> countries)
    : tokens_(tokens), countries_(std::move(countries)) {
    for (auto& loop : loops) homes_.push_back(std::make_unique<Home>(*loop));
}

PlaybackClaims const* PlaybackRights::read(Home& home, std::string_view token) const {
    if (token.size() > PlaybackTokens::kMaxTokenLength) return nullptr;
    std::string text(token);
    if (auto const* const known = home.known.find(text)) return known;
    auto const claims = tokens_.read(text);
    if (!claims) return nullptr;
    home.known.put(text, *claims);
    return home.known.find(text);
}

delivery::PlaybackGate::Verdict PlaybackRights::admit(StreamId const& stream,
                                                      std::string_view token,
                                                      std::string_view address) {
    auto& home = *homes_[io::EventLoop::current()->index()];
    auto const found = home.access.find(stream);
    if (found == home.access.end()) return {.answer = Answer::hidden};
    auto const& access = *found->second;
    if (access.suspended) return {.answer = Answer::suspended};

    PlaybackClaims const* claims = nullptr;
    if (!token.empty()) {
        claims = read(home, token);
        auto const holds = claims != nullptr && claims->stream == stream &&
                           claims->epoch == access.epoch && wall_now() < claims->expires_at;
        if (!holds) return {.answer = Answer::token};
    }
    auto const may_preview = claims != nullptr && claims->preview;
    if (access.preview && !may_preview) {
        return {.answer = claims != nullptr ? Answer::token : Answer::hidden};
    }
    if (access.needs_token && claims == nullptr) return {.answer = Answer::token};
    auto const rules = access.has_country_rules() && !may_preview;
    if (rules && !access.shown_in(countries_ ? countries_->country_of(address) : std::nullopt)) {
        return {.answer = Answer::country};
    }
    if (claims == nullptr && !rules) return {.answer = Answer::everybody};
    return {.answer = Answer::this_viewer, .viewer = claims != nullptr ? claims->viewer : 0};
}

void PlaybackRights::set(StreamId const& stream, std::shared_ptr<Access const> access) {
    for (auto& home : homes_) {
        auto& there = *home;
        there.loop.post([&there, stream, access] {
            if (access)
                there.access[stream] = access;
            else
                there.access.erase(stream);
        });
    }
}

void PlaybackRights::on_situation(SharedPage const& page, Situation const&, Situation const& now) {
    // Without a broadcast there is nothing to watch.
    if (!now.broadcast) return;
    set(page->stream.id, std::make_shared<Access const>(access_of(*page, now.phase)));
}

void PlaybackRights::on_idle(StreamId const& stream) {
    set(stream, nullptr);
}

void PlaybackRights::on_removed(SharedPage const& page) {
    set(page->stream.id, nullptr);
}

}  // namespace directfanz::streams
