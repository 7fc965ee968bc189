#pragma once

#include "base/result.hpp"
#include "system/http/router.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace directfanz::http {

/// What our pages may load and run: their own files, video through Media Source Extensions, and no
/// inline script or style at all. tests/support/origin.ts has the same text.
inline constexpr std::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; media-src 'self' blob:; manifest-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'self'";

/// All files together, unpacked; far more than built pages have. They stay in memory.
inline constexpr std::size_t kMaxStaticBytes = 64 * 1024 * 1024;
inline constexpr std::size_t kMaxStaticFiles = 4096;

/// A folder of built pages, read once into memory: what changes on the disk later is not seen.
///
/// Text also has a gzip variant. Entity tags are made of the content. Names with a content hash
/// below assets/ (Vite's "index-pOMY4OzB.js") may be kept for ever, pages are asked for again each
/// time, the rest after an hour. Immutable once loaded: all loops share it.
class StaticFiles {
  public:
    /// Errors: `not_found` for a folder that is missing or holds no index.html, `too_large` above
    /// the limits, `io` for a file that cannot be read. Names that begin with a dot are passed
    /// over.
    static Result<StaticFiles> load(std::filesystem::path const& folder);

    /// The file at an address, "/assets/index-pOMY4OzB.js"; "/" is index.html. Nothing for an
    /// unknown one.
    std::optional<Response> find(Request const& request, std::string_view path) const;

    /// The page of that name ("index.html"), whatever address was asked for: so one page answers
    /// for all addresses that its script understands. 404 without one.
    Response page(Request const& request, std::string_view name) const;

    /// Routes for "/" and for every file. The files must outlive the router.
    void add_routes(Router& router) const;
    /// A route that answers every address of a pattern ("/streaming/live/{id}") with one page.
    void add_page(Router& router, std::string_view pattern, std::string name) const;

    std::size_t size() const { return files_.size(); }

  private:
    struct File {
        Response plain;
        /// Without a body where packing gains nothing.
        Response packed;
    };

    static File make_file(std::string_view name, std::string content);
    io::Task<Response> answer_file(Request const& request) const;
    io::Task<Response> answer_page(Request const& request, std::string_view name) const;

    /// By path without the first slash, such as "assets/index-pOMY4OzB.js".
    std::map<std::string, File, std::less<>> files_;
};

}  // namespace directfanz::http
