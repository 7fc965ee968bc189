#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace directfanz::metrics {

enum class Kind : std::uint8_t {
    counter,  ///< only grows, from the start of the program; its name ends in `_total`
    gauge,
};

/// One number of a family.
struct Metric {
    /// Names and values; names as [a-zA-Z_][a-zA-Z0-9_]*.
    std::vector<std::pair<std::string, std::string>> labels;
    double value = 0;
};

/// Numbers of one name, told apart by their labels.
struct Family {
    /// "directfanz_broadcasts", with its unit at the end if it has one: "…_seconds", "…_bytes".
    std::string name;
    /// For people, in one sentence.
    std::string help;
    Kind kind = Kind::gauge;
    std::vector<Metric> metrics;
};

/// Asked for its families whenever somebody reads; on any thread, and must not block it.
using Source = std::function<std::vector<Family>()>;

/// Prometheus' text exposition format, version 0.0.4.
std::string to_text(std::vector<Family> const& families);

/// The Content-Type of it.
inline constexpr auto kContentType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace directfanz::metrics
