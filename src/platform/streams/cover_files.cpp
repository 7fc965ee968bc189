#include "platform/streams/cover_files.hpp"

#include "base/random.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fmt/format.h>

namespace directfanz::streams {
namespace {

constexpr std::size_t kNameBits = 120;
/// Another picture has another name.
constexpr std::string_view kCacheCover = "public, max-age=31536000, immutable";

unsigned byte_at(std::string_view bytes, std::size_t at) {
    return at < bytes.size() ? static_cast<std::uint8_t>(bytes[at]) : 0U;
}

unsigned big16(std::string_view bytes, std::size_t at) {
    return byte_at(bytes, at) << 8 | byte_at(bytes, at + 1);
}

unsigned big32(std::string_view bytes, std::size_t at) {
    return big16(bytes, at) << 16 | big16(bytes, at + 2);
}

unsigned little(std::string_view bytes, std::size_t at, std::size_t count) {
    unsigned number = 0;
    for (std::size_t i = count; i > 0; --i) number = number << 8 | byte_at(bytes, at + i - 1);
    return number;
}

/// PNG 11.2.1: IHDR comes first.
std::optional<PictureHead> read_png(std::string_view bytes) {
    constexpr std::size_t kWithSizes = 24;
    if (bytes.size() < kWithSizes || !bytes.starts_with("\x89PNG\r\n\x1a\n") ||
        bytes.substr(12, 4) != "IHDR")
        return std::nullopt;
    return PictureHead{.extension = "png", .width = big32(bytes, 16), .height = big32(bytes, 20)};
}

/// ITU-T T.81 B.1.1: segments up to the frame's header.
std::optional<PictureHead> read_jpeg(std::string_view bytes) {
    if (!bytes.starts_with("\xff\xd8\xff")) return std::nullopt;
    std::size_t at = 2;
    while (at + 9 < bytes.size() && byte_at(bytes, at) == 0xff) {
        auto const marker = byte_at(bytes, at + 1);
        auto const frame =
            marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
        if (frame) {
            return PictureHead{
                .extension = "jpg", .width = big16(bytes, at + 7), .height = big16(bytes, at + 5)};
        }
        // A fill byte stands for itself.
        at += marker == 0xff ? 1 : 2 + std::max(big16(bytes, at + 2), 2U);
    }
    return std::nullopt;
}

/// RFC 9649: the first chunk tells the size, each kind in its way.
std::optional<PictureHead> read_webp(std::string_view bytes) {
    if (!bytes.starts_with("RIFF") || bytes.size() < 30 || bytes.substr(8, 4) != "WEBP")
        return std::nullopt;
    auto const chunk = bytes.substr(12, 4);
    PictureHead head{.extension = "webp"};
    if (chunk == "VP8X") {
        head.width = little(bytes, 24, 3) + 1;
        head.height = little(bytes, 27, 3) + 1;
    } else if (chunk == "VP8L") {
        auto const sizes = little(bytes, 21, 4);
        head.width = (sizes & 0x3fffU) + 1;
        head.height = (sizes >> 14 & 0x3fffU) + 1;
    } else if (chunk == "VP8 ") {
        head.width = little(bytes, 26, 2) & 0x3fffU;
        head.height = little(bytes, 28, 2) & 0x3fffU;
    } else {
        return std::nullopt;
    }
    return head;
}

std::string_view type_of(std::string_view name) {
    if (name.ends_with(".jpg")) return "image/jpeg";
    if (name.ends_with(".png")) return "image/png";
    if (name.ends_with(".webp")) return "image/webp";
    return {};
}

/// As keep() makes them: no address leads out of the folder.
bool is_name(std::string_view name) {
    return !type_of(name).empty() && std::ranges::count(name, '.') == 1 &&
           std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
           });
}

std::optional<std::string> read_file(std::filesystem::path const& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

std::optional<PictureHead> read_picture_head(std::string_view bytes) {
    for (auto* const read : {read_png, read_jpeg, read_webp}) {
        auto const head = read(bytes);
        if (head && head->width > 0 && head->height > 0) return head;
    }
    return std::nullopt;
}

Result<std::string> CoverFiles::keep(std::string_view bytes) const {
    auto const head = read_picture_head(bytes);
    if (!head) {
        return fail(ErrorKind::invalid, "cover",
                    "This is no picture in the formats JPEG, PNG or WebP.");
    }
    if (head->width > kMaxSide || head->height > kMaxSide) {
        return fail(ErrorKind::too_large, "cover",
                    fmt::format("The picture has {} × {} pixels. {} on each side is the most.",
                                head->width, head->height, kMaxSide));
    }
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    auto name = fmt::format("{}.{}", random_token(kNameBits), head->extension);
    auto const path = folder_ / name;
    auto const unfinished = folder_ / (name + ".new");
    {
        std::ofstream file(unfinished, std::ios::binary);
        file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        file.close();
        if (!file) return fail(ErrorKind::io, "cover", "the picture cannot be written");
    }
    std::filesystem::rename(unfinished, path, error);
    if (error) return fail(ErrorKind::io, "cover", error.message());
    return name;
}

void CoverFiles::remove(std::string const& name) const {
    std::error_code missing;
    if (is_name(name)) std::filesystem::remove(folder_ / name, missing);
}

void CoverFiles::add_routes(http::Router& router) {
    router.add(http::Method::get, "/covers/{file}",
               [this](http::Request const&, http::PathParameters const& parameters) {
                   return answer(parameters.front());
               });
}

io::Task<http::Response> CoverFiles::answer(std::string name) {
    std::optional<std::string> found;
    if (is_name(name)) {
        auto work = [this, &name] { return read_file(folder_ / name); };
        found = co_await blocking_.run(work);
    }
    if (!found) co_return http::problem(404, "There is no such picture.");
    http::Response response;
    response.headers.add("Content-Type", type_of(name));
    response.headers.add("X-Content-Type-Options", "nosniff");
    response.headers.add("ETag", fmt::format("\"{}\"", name));
    http::set_cache_control(response, kCacheCover);
    response.body.emplace_back(std::move(*found));
    co_return response;
}

}  // namespace directfanz::streams
