#include "system/http/static_files.hpp"

#include "base/digest.hpp"
#include "base/memory_file.hpp"
#include "system/http/gzip.hpp"
#include "system/http/outgoing.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <utility>

#include <fmt/format.h>

namespace directfanz::http {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kIndex = "index.html";
constexpr std::string_view kAssets = "assets/";
/// Vite's, in the letters of base64url.
constexpr std::size_t kHashLength = 8;
/// Of SHA-256, in hexadecimal digits: 128 bits.
constexpr std::size_t kTagDigits = 32;
/// Once at the start, so as small as can be.
constexpr int kGzipLevel = 9;

constexpr std::string_view kKeepForEver = "public, max-age=31536000, immutable";
constexpr std::string_view kAskEachTime = "no-cache, max-age=0";
constexpr std::string_view kKeepAnHour = "public, max-age=3600";

enum class Packing { worthwhile, useless };

struct MediaType {
    std::string_view suffix;
    std::string_view name;
    Packing packing;
};

constexpr MediaType kUnknownType{"", "application/octet-stream", Packing::useless};
constexpr std::array<MediaType, 20> kMediaTypes{{
    {".html", "text/html; charset=utf-8", Packing::worthwhile},
    {".js", "text/javascript; charset=utf-8", Packing::worthwhile},
    {".mjs", "text/javascript; charset=utf-8", Packing::worthwhile},
    {".css", "text/css; charset=utf-8", Packing::worthwhile},
    {".json", "application/json", Packing::worthwhile},
    {".map", "application/json", Packing::worthwhile},
    {".webmanifest", "application/manifest+json", Packing::worthwhile},
    {".svg", "image/svg+xml", Packing::worthwhile},
    {".txt", "text/plain; charset=utf-8", Packing::worthwhile},
    {".xml", "application/xml", Packing::worthwhile},
    {".wasm", "application/wasm", Packing::worthwhile},
    {".ico", "image/vnd.microsoft.icon", Packing::worthwhile},
    {".png", "image/png", Packing::useless},
    {".jpg", "image/jpeg", Packing::useless},
    {".gif", "image/gif", Packing::useless},
    {".webp", "image/webp", Packing::useless},
    {".avif", "image/avif", Packing::useless},
    {".woff2", "font/woff2", Packing::useless},
    {".mp4", "video/mp4", Packing::useless},
    {".mp3", "audio/mpeg", Packing::useless},
}};

MediaType const& media_type_of(std::string_view name) {
    auto const fits = [name](MediaType const& type) { return name.ends_with(type.suffix); };
    auto const found = std::ranges::find_if(kMediaTypes, fits);
    return found == kMediaTypes.end() ? kUnknownType : *found;
}

/// "assets/index-pOMY4OzB.js". Words are no hashes: "assets/logo-original.svg" may change.
bool has_content_hash(std::string_view name) {
    if (!name.starts_with(kAssets)) return false;
    auto const file = name.substr(name.rfind('/') + 1);
    auto const stem = file.substr(0, file.find('.'));
    if (stem.size() < kHashLength + 1 || stem[stem.size() - kHashLength - 1] != '-') return false;
    auto const hash = stem.substr(stem.size() - kHashLength);
    auto const is_word_letter = [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; };
    auto const is_hash_letter = [&](char c) {
        return is_word_letter(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    };
    return std::ranges::all_of(hash, is_hash_letter) && !std::ranges::all_of(hash, is_word_letter);
}

void add_page_fields(Headers& headers) {
    headers.add("Content-Security-Policy", std::string(kContentSecurityPolicy));
    headers.add("Referrer-Policy", "strict-origin-when-cross-origin");
    headers.add("Cross-Origin-Opener-Policy", "same-origin");
    headers.add("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
}

std::unexpected<Error> unreadable(fs::path const& path, std::string_view why) {
    return fail(ErrorKind::io, "pages", fmt::format("cannot read {}: {}", path.string(), why));
}

Result<std::string> read_file(fs::path const& path, std::size_t limit) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return unreadable(path, "it cannot be opened");
    std::string content;
    std::array<char, 64 * 1024> piece;
    while (in.read(piece.data(), piece.size()) || in.gcount() > 0) {
        content.append(piece.data(), static_cast<std::size_t>(in.gcount()));
        if (content.size() > limit) {
            return fail(ErrorKind::too_large, "pages",
                        fmt::format("the pages are larger than {} MiB together at {}",
                                    kMaxStaticBytes / (1024 * 1024), path.string()));
        }
    }
    if (in.bad()) return unreadable(path, "the disk reports an error");
    return content;
}

/// Every regular file below `folder`, by the name under which it is served.
Result<std::map<std::string, fs::path>> list_files(fs::path const& folder) {
    std::map<std::string, fs::path> files;
    std::error_code error;
    fs::recursive_directory_iterator next(folder, error);
    for (; !error && next != fs::recursive_directory_iterator(); next.increment(error)) {
        if (next->path().filename().string().starts_with('.')) {
            next.disable_recursion_pending();
            continue;
        }
        std::error_code ignored;
        if (!next->is_regular_file(ignored)) continue;
        files.emplace(next->path().lexically_relative(folder).generic_string(), next->path());
        if (files.size() > kMaxStaticFiles) {
            return fail(ErrorKind::too_large, "pages",
                        fmt::format("{} holds more than {} files: are these the built pages?",
                                    folder.string(), kMaxStaticFiles));
        }
    }
    if (error) return unreadable(folder, error.message());
    return files;
}

/// Puts what is large into one file, from which it is sent without a copy.
class Shelf {
  public:
    Blob keep(Blob body) {
        if (body.size() < kSendFileBytes) return body;
        // Made for the first one, with room for every file and its packed variant.
        if (!file_) file_ = MemoryFile::create(2 * kMaxStaticBytes);
        auto kept = *file_ ? (*file_)->append(body.view()) : std::unexpected(file_->error());
        return kept ? std::move(*kept) : std::move(body);
    }

    /// Nothing follows.
    void close() {
        if (file_ && *file_) (*file_)->seal();
    }

  private:
    std::optional<Result<MemoryFile>> file_;
};

}  // namespace

Result<StaticFiles> StaticFiles::load(fs::path const& folder) {
    auto const missing = [&folder](std::string_view what) {
        return fail(
            ErrorKind::not_found, "pages",
            fmt::format("{} {}: build the pages with 'npm run build'", folder.string(), what));
    };
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored)) return missing("is no folder");
    auto const listed = list_files(folder);
    if (!listed) return std::unexpected(listed.error());
    if (!listed->contains(std::string(kIndex))) return missing("holds no index.html");

    StaticFiles loaded;
    Shelf shelf;
    auto left = kMaxStaticBytes;
    for (auto const& [name, path] : *listed) {
        auto content = read_file(path, left);
        if (!content) return std::unexpected(content.error());
        left -= content->size();
        auto file = make_file(name, std::move(*content));
        for (auto* const variant : {&file.plain, &file.packed}) {
            for (auto& body : variant->body) body = shelf.keep(std::move(body));
        }
        loaded.files_.emplace(name, std::move(file));
    }
    shelf.close();
    return loaded;
}

StaticFiles::File StaticFiles::make_file(std::string_view name, std::string content) {
    auto const& type = media_type_of(name);
    auto const is_page = name.ends_with(".html");
    auto const tag = to_hex(sha256(as_bytes(content))).substr(0, kTagDigits);
    Blob const plain(std::move(content));
    auto packed = type.packing == Packing::worthwhile ? gzip(plain.view(), kGzipLevel) : Blob();
    if (packed.size() >= plain.size()) packed = {};

    File file;
    auto& headers = file.plain.headers;
    headers.add("Content-Type", std::string(type.name));
    auto const lasting = has_content_hash(name) ? kKeepForEver : kKeepAnHour;
    headers.add("Cache-Control", std::string(is_page ? kAskEachTime : lasting));
    if (is_page) add_page_fields(headers);
    if (!packed.empty()) headers.add("Vary", "Accept-Encoding");
    file.plain.body.push_back(plain);
    if (!packed.empty()) {
        file.packed.headers = headers;
        file.packed.headers.add("Content-Encoding", "gzip");
        // Other bytes, so another tag (RFC 9110, 8.8.3.3).
        file.packed.headers.add("ETag", fmt::format("\"{}-gzip\"", tag));
        file.packed.body.push_back(packed);
    }
    headers.add("ETag", fmt::format("\"{}\"", tag));
    return file;
}

std::optional<Response> StaticFiles::find(Request const& request, std::string_view path) const {
    auto const name = path == "/" ? kIndex : path.substr(std::min<std::size_t>(1, path.size()));
    auto const found = files_.find(name);
    if (found == files_.end()) return std::nullopt;
    auto const& file = found->second;
    return !file.packed.body.empty() && accepts_gzip(request) ? file.packed : file.plain;
}

Response StaticFiles::page(Request const& request, std::string_view name) const {
    auto response = find(request, "/" + std::string(name));
    if (!response) return problem(404, "there is no such page");
    return std::move(*response);
}

io::Task<Response> StaticFiles::answer_file(Request const& request) const {
    auto response = find(request, request.path);
    if (!response) co_return problem(404, "there is nothing at this address");
    co_return std::move(*response);
}

io::Task<Response> StaticFiles::answer_page(Request const& request, std::string_view name) const {
    co_return page(request, name);
}

void StaticFiles::add_routes(Router& router) const {
    add_page(router, "/", std::string(kIndex));
    // One route for all below a folder: their names may have any character, and be many.
    auto const answer = [this](Request const& request, PathParameters const&) {
        return answer_file(request);
    };
    std::string last_folder;
    for (auto const& [name, file] : files_) {
        auto const slash = name.find('/');
        if (slash == std::string::npos) {
            add_page(router, "/" + name, name);
        } else if (auto folder = name.substr(0, slash); folder != last_folder) {
            router.add(Method::get, "/" + folder + "/{file...}", answer);
            last_folder = std::move(folder);
        }
    }
}

void StaticFiles::add_page(Router& router, std::string_view pattern, std::string name) const {
    router.add(Method::get, pattern,
               [this, name = std::move(name)](Request const& request, PathParameters const&) {
                   return answer_page(request, name);
               });
}

}  // namespace directfanz::http
