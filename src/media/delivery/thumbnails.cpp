#include "media/delivery/thumbnails.hpp"

#include "media/delivery/admission.hpp"
#include "system/http/final_response.hpp"

#include <functional>
#include <utility>

#include <fmt/format.h>

namespace directfanz::delivery {
namespace {

/// A new one comes every few seconds; a picture that is a little older does no harm.
constexpr std::string_view kCacheThumbnail = "public, max-age=2";
constexpr std::string_view kCacheNone = "public, max-age=1";

}  // namespace

Thumbnails::Thumbnails(io::LoopPool& loops) {
    for (auto& loop : loops) homes_.push_back(std::make_unique<Home>(*loop));
}

void Thumbnails::add_routes(http::Router& router, PlaybackGate* gate) {
    gate_ = gate;
    for (auto const with_token : {false, true}) {
        auto const jpeg = [this, with_token](http::Request const& request,
                                             http::PathParameters const& parameters) {
            return answer(live::PictureFormat::jpeg, with_token, request, parameters);
        };
        auto const webp = [this, with_token](http::Request const& request,
                                             http::PathParameters const& parameters) {
            return answer(live::PictureFormat::webp, with_token, request, parameters);
        };
        std::string const base = with_token ? "/play/{token}/{stream}/" : "/live/{stream}/";
        router.add(http::Method::get, base + "thumbnail.jpg", jpeg);
        router.add(http::Method::get, base + "thumbnail.webp", webp);
    }
}

bool Thumbnails::has_picture(StreamId const& stream) const {
    auto const& pictures = homes_[io::EventLoop::current()->index()]->pictures;
    auto const found = pictures.find(stream);
    return found != pictures.end() && !found->second.jpeg.picture.empty();
}

void Thumbnails::on_state(StreamId const& stream, live::BroadcastState state) {
    auto const over =
        state == live::BroadcastState::ended || state == live::BroadcastState::offline;
    if (over) forget(stream);
}

void Thumbnails::on_ladder(StreamId const& stream, live::LadderState const& ladder) {
    if (ladder.phase == live::LadderState::Phase::source_only) forget(stream);
}

void Thumbnails::forget(StreamId const& stream) {
    for (auto const& home : homes_) {
        auto& there = *home;
        there.loop.post([&there, stream] { there.pictures.erase(stream); });
    }
}

void Thumbnails::on_thumbnail(StreamId const& stream, live::Thumbnail const& thumbnail) {
    if (thumbnail.picture.size() > kMaxSize) return;
    Kept const kept{
        .picture = thumbnail.picture,
        .tag = fmt::format("\"{:016x}\"", std::hash<std::string_view>()(thumbnail.picture.text()))};
    for (auto const& home : homes_) {
        auto& there = *home;
        there.loop.post([&there, stream, kept, format = thumbnail.format] {
            auto& pictures = there.pictures[stream];
            (format == live::PictureFormat::jpeg ? pictures.jpeg : pictures.webp) = kept;
        });
    }
}

io::Task<http::Response> Thumbnails::answer(live::PictureFormat format, bool with_token,
                                            http::Request const& request,
                                            http::PathParameters const& parameters) {
    StreamId const stream(parameters[with_token ? 1 : 0]);
    auto const token = with_token ? std::string_view(parameters[0]) : std::string_view();
    auto const verdict = ask(gate_, request, stream, token);
    if (!verdict.admitted()) co_return refusal(verdict.answer);
    auto const& pictures = homes_[io::EventLoop::current()->index()]->pictures;
    auto const is_jpeg = format == live::PictureFormat::jpeg;
    auto const found = pictures.find(stream);
    auto const* kept = found == pictures.end() ? nullptr
                       : is_jpeg               ? &found->second.jpeg
                                               : &found->second.webp;
    if (kept == nullptr || kept->picture.empty()) {
        auto response = http::problem(404, "There is no picture of this stream at the moment.");
        http::set_cache_control(response, kCacheNone);
        co_return response;
    }
    http::Response response;
    response.headers.add("Content-Type", is_jpeg ? "image/jpeg" : "image/webp");
    response.headers.add("ETag", kept->tag);
    http::set_cache_control(response, kCacheThumbnail);
    response.body.push_back(kept->picture);
    mark_for(verdict, response);
    co_return response;
}

}  // namespace directfanz::delivery
