#pragma once

#include "system/http/message.hpp"

#include <array>
#include <filesystem>
#include <string_view>

namespace directfanz::app {

/// Addresses that show pages, as the router takes them; "/" is a file. web/src/router.ts has the
/// same, and knows which page is meant: a test of the pages compares the two.
inline constexpr std::array kPagePatterns{
    std::string_view{"/streaming/live"},
    std::string_view{"/streaming/live/{stream}"},
    std::string_view{"/embed/{stream}"},
    std::string_view{"/creators/{handle}"},
    std::string_view{"/sign-up"},
    std::string_view{"/sign-in"},
    std::string_view{"/reset-password"},
    std::string_view{"/verify-email"},
    std::string_view{"/setup"},
    std::string_view{"/dashboard/artist/livestreams"},
    std::string_view{"/dashboard/artist/livestreams/{stream}"},
    std::string_view{"/dashboard/artist/livestreams/{stream}/broadcasts/{broadcast}"},
    std::string_view{"/settings"},
    std::string_view{"/settings/{section}"},
    std::string_view{"/notifications"},
    std::string_view{"/admin"},
    std::string_view{"/admin/{section}"},
    std::string_view{"/api"},
};

/// Whether somebody who opened an address that does not exist should see a page: a person with a
/// browser, not a program at the API nor a player.
bool wants_page(http::Request const& request);

/// Where the built pages are if nobody says: "web/dist" or "share/directfanz/web" beside the
/// program or a few folders above it. Empty if there are none.
std::filesystem::path find_built_pages();
/// The same for a program in this folder.
std::filesystem::path find_built_pages(std::filesystem::path folder);

}  // namespace directfanz::app
