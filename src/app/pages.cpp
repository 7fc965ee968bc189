#include "app/pages.hpp"

#include "base/digest.hpp"
#include "system/http/gzip.hpp"

#include <array>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace directfanz::app {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kDocument = "index.html";

/// No inline script or style, nothing from elsewhere; media by way of MediaSource ("blob:").
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'self'";

constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kTypes{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".txt", "text/plain; charset=utf-8"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".webp", "image/webp"},
}};

std::string type_of(fs::path const& file) {
    for (auto const& [ending, type] : kTypes) {
        if (file.extension() == ending) return std::string(type);
    }
    return "application/octet-stream";
}

/// The whole file, or nothing.
std::optional<Bytes> read(fs::path const& file, std::uintmax_t size) {
    std::ifstream in(file, std::ios::binary);
    Bytes bytes(size);
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    if (!in) return std::nullopt;
    return bytes;
}

}  // namespace

Result<std::shared_ptr<Pages const>> Pages::load(fs::path const& folder) {
    auto const bad = [&folder](ErrorKind kind, std::string_view why) {
        return fail(kind, "", fmt::format("the pages in {}: {}", folder.string(), why));
    };
    auto pages = std::make_shared<Pages>();
    std::error_code error;
    std::uintmax_t total = 0;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (!entry->is_regular_file(error)) continue;
        auto const size = entry->file_size(error);
        if (error) break;
        if ((total += size) > kMaxTotalSize) {
            return bad(ErrorKind::too_large, "more than 64 MiB; is it the right folder?");
        }
        auto bytes = read(entry->path(), size);
        if (!bytes) return bad(ErrorKind::io, entry->path().string() + " cannot be read");
        auto const name = entry->path().lexically_relative(folder).generic_string();
        auto const hashed = name.starts_with("assets/");
        File file{.type = type_of(entry->path()),
                  .cache_control = hashed              ? "public, max-age=31536000, immutable"
                                   : name == kDocument ? "no-cache"
                                                       : "public, max-age=3600",
                  .etag = to_hex(sha256(*bytes)).substr(0, 16),
                  .plain = Blob(std::move(*bytes)),
                  .gzip = {}};
        auto compressed = http::gzip(file.plain.view(), 9);
        if (compressed.size() < file.plain.size() * 9 / 10) file.gzip = std::move(compressed);
        pages->files_.emplace(name, std::move(file));
    }
    if (error) return bad(ErrorKind::io, error.message());
    if (!pages->files_.contains(kDocument)) {
        return bad(ErrorKind::not_found, "there is no index.html; were they built?");
    }
    return pages;
}

void Pages::add_to(http::Router& router, std::shared_ptr<Pages const> pages) {
    auto const document = [pages](http::Request const& request, http::PathParameters const&) {
        return pages->get(request, std::string(kDocument));
    };
    router.add(http::Method::get, "/", document);
    router.add(http::Method::get, "/streaming/{rest...}", document);
    router.add(http::Method::get, "/{rest...}",
               [pages](http::Request const& request, http::PathParameters const& parameters) {
                   return pages->get(request, parameters.front());
               });
}

io::Task<http::Response> Pages::get(http::Request const& request, std::string path) const {
    auto const found = files_.find(path);
    if (found == files_.end()) {
        auto missing = http::problem(404, "There is nothing at this address.");
        http::set_cache_control(missing, "max-age=10");
        co_return missing;
    }
    auto const& file = found->second;
    auto const gzip = !file.gzip.empty() && http::accepts_gzip(request);
    http::Response response;
    response.headers.add("Content-Type", file.type);
    response.headers.add("Content-Security-Policy", std::string(kPolicy));
    response.headers.add("Referrer-Policy", "same-origin");
    response.headers.add("ETag", fmt::format("\"{}{}\"", file.etag, gzip ? "-gzip" : ""));
    if (!file.gzip.empty()) response.headers.add("Vary", "Accept-Encoding");
    if (gzip) response.headers.add("Content-Encoding", "gzip");
    http::set_cache_control(response, file.cache_control);
    response.body.push_back(gzip ? file.gzip : file.plain);
    co_return response;
}

fs::path find_built_pages() {
    std::error_code error;
    auto folder = fs::read_symlink("/proc/self/exe", error).parent_path();
    // From build/release/src of a checkout it is three folders up.
    for (int level = 0; !error && level < 4; ++level, folder = folder.parent_path()) {
        for (std::string_view const place : {"web/dist", "share/directfanz/web"}) {
            auto const candidate = folder / place;
            std::error_code missing;
            if (fs::is_regular_file(candidate / kDocument, missing)) return candidate;
        }
    }
    return {};
}

}  // namespace directfanz::app
