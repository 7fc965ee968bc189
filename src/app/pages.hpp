#pragma once

#include "base/blob.hpp"
#include "base/result.hpp"
#include "system/http/router.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace directfanz::app {

/// The built pages, in memory, compressed once.
///
/// Files below assets/ have their content's hash in their name and may be kept for ever; the
/// document is asked for again each time. Everything comes with a strict Content-Security-Policy.
class Pages {
  public:
    /// Errors: not_found without an index.html, too_large, io.
    static Result<std::shared_ptr<Pages const>> load(std::filesystem::path const& folder);

    /// "/", "/streaming/…" (the document, which chooses the page by the address) and the files.
    /// Added last: it takes what no other route has.
    static void add_to(http::Router& router, std::shared_ptr<Pages const> pages);

    /// Above it something other than our pages lies in the folder.
    static constexpr std::size_t kMaxTotalSize = 64UL * 1024 * 1024;

  private:
    struct File {
        std::string type;
        std::string cache_control;
        std::string etag;
        Blob plain;
        /// Empty where it would not be smaller.
        Blob gzip;
    };

    io::Task<http::Response> get(http::Request const& request, std::string path) const;

    std::map<std::string, File, std::less<>> files_;
};

/// Where the pages are if nobody says: "web/dist" or "share/directfanz/web" beside the program or a
/// few folders above it. Empty if there are none.
std::filesystem::path find_built_pages();

}  // namespace directfanz::app
