#include "app/pages.hpp"

#include <string_view>
#include <system_error>

namespace directfanz::app {

bool wants_page(http::Request const& request) {
    for (std::string_view const others : {"/api/", "/live/", "/play/", "/assets/"}) {
        if (request.path.starts_with(others)) return false;
    }
    return request.headers.get("Accept").value_or("").find("text/html") != std::string_view::npos;
}

std::filesystem::path find_built_pages() {
    std::error_code error;
    auto const program = std::filesystem::read_symlink("/proc/self/exe", error);
    if (error) return {};
    return find_built_pages(program.parent_path());
}

std::filesystem::path find_built_pages(std::filesystem::path folder) {
    // From build/release of a checkout it is two folders up, from an installed bin/ one.
    for (int level = 0; level < 4; ++level, folder = folder.parent_path()) {
        for (std::string_view const place : {"web/dist", "share/directfanz/web"}) {
            auto const candidate = folder / place;
            std::error_code missing;
            if (std::filesystem::is_regular_file(candidate / "index.html", missing)) {
                return candidate;
            }
        }
    }
    return {};
}

}  // namespace directfanz::app
