#include "platform/accounts/device.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace directfanz::accounts {
namespace {

using Names = std::pair<std::string_view, std::string_view>;

// The first that is found counts: the later ones claim to be the others, too.
constexpr std::array<Names, 8> kBrowsers{{{"Edg", "Edge"},
                                          {"OPR/", "Opera"},
                                          {"SamsungBrowser", "Samsung Internet"},
                                          {"Firefox", "Firefox"},
                                          {"FxiOS", "Firefox"},
                                          {"CriOS", "Chrome"},
                                          {"Chrome", "Chrome"},
                                          {"Safari", "Safari"}}};

constexpr std::array<Names, 7> kSystems{{{"iPhone", "iPhone"},
                                         {"iPad", "iPad"},
                                         {"Android", "Android"},
                                         {"Windows", "Windows"},
                                         {"Mac OS X", "macOS"},
                                         {"CrOS", "ChromeOS"},
                                         {"Linux", "Linux"}}};

template <std::size_t N>
std::string_view name_in(std::array<Names, N> const& names, std::string_view text) {
    for (auto const& [mark, name] : names) {
        if (text.find(mark) != std::string_view::npos) return name;
    }
    return {};
}

}  // namespace

std::string device_of(std::string_view user_agent) {
    auto const browser = name_in(kBrowsers, user_agent);
    auto const system = name_in(kSystems, user_agent);
    if (!browser.empty() && !system.empty()) return fmt::format("{} on {}", browser, system);
    if (!browser.empty()) return std::string(browser);
    constexpr std::size_t kMostOfName = 40;
    auto name = std::string(user_agent.substr(0, std::min(user_agent.find('/'), kMostOfName)));
    std::erase_if(name, [](char c) { return c < ' ' || c > '~'; });
    return name.empty() ? "unknown program" : fmt::format("a program ({})", name);
}

}  // namespace directfanz::accounts
