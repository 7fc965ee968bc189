#include "media/delivery/thumbnails.hpp"

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

void Thumbnails::add_routes(http::Router& router) {
    auto const jpeg = [this](http::Request const&, http::PathParameters const& parameters) {
        return answer(live::PictureFormat::jpeg, parameters);
    };
    auto const webp = [this](http::Request const&, http::PathParameters const& parameters) {
        return answer(live::PictureFormat::webp, parameters);
    };
    router.add(http::Method::get, "/live/{stream}/thumbnail.jpg", jpeg);
    router.add(http::Method::get, "/live/{stream}/thumbnail.webp", webp);
}

void Thumbnails::on_state(StreamId const& stream, live::BroadcastState state) {
    auto const over =
        state == live::BroadcastState::ended || state == live::BroadcastState::offline;
    if (!over) return;
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

io::Task<http::Response> Thumbnails::answer(live::PictureFormat format,
                                            http::PathParameters const& parameters) {
    auto const& pictures = homes_[io::EventLoop::current()->index()]->pictures;
    auto const is_jpeg = format == live::PictureFormat::jpeg;
    auto const found = pictures.find(StreamId(parameters[0]));
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
    co_return response;
}

}  // namespace directfanz::delivery
