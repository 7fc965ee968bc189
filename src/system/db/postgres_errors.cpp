#include "system/db/postgres_errors.hpp"

#include <array>
#include <string>

#include <fmt/format.h>

namespace directfanz::db {
namespace {

struct Meaning {
    /// A whole state of five characters, or a class of two.
    std::string_view state;
    ErrorKind kind;
    /// {0}: which server, {1}: its message.
    std::string_view words;
};

/// Whole states before their classes.
constexpr std::array kMeanings{
    Meaning{"23", ErrorKind::conflict, "{1}"},
    Meaning{"40", ErrorKind::unavailable,
            "another transaction was in the way at the same time; try again"},
    Meaning{"25P02", ErrorKind::unavailable,
            "the transaction had failed before this statement; try again"},
    Meaning{"25006", ErrorKind::unavailable,
            "{0} cannot be written to at present (a standby?): {1}"},
    Meaning{"53100", ErrorKind::unavailable, "the disk of {0} is full; free some space"},
    Meaning{"53300", ErrorKind::unavailable,
            "{0} has no connection left; raise its max_connections, or stop what holds them"},
    Meaning{"53", ErrorKind::unavailable, "{0} has run out of something: {1}"},
    Meaning{"55P03", ErrorKind::unavailable, "what was asked for in {0} stayed locked; try again"},
    Meaning{"57014", ErrorKind::timeout, "{0} took too long to answer; try again"},
    Meaning{"57", ErrorKind::unavailable, "{0} is being stopped or started: {1}"},
    Meaning{"08", ErrorKind::unavailable, "the connection to {0} was lost: {1}"},
    Meaning{"28", ErrorKind::denied, "{0} lets this user not in: {1}"},
    Meaning{"3D000", ErrorKind::not_found, "{0}: {1}; make it with createdb"},
    Meaning{"42501", ErrorKind::denied, "this user has not the right to do so in {0}: {1}"},
    Meaning{"22021", ErrorKind::invalid, "a text is not UTF-8, and cannot be kept"},
    Meaning{"58", ErrorKind::io, "the disk failed under {0}: {1}"},
    Meaning{"XX", ErrorKind::io, "{0} is damaged, or has a fault: {1}"},
    Meaning{"", ErrorKind::io, "{0}: {1}"},
};

}  // namespace

Error explain_sqlstate(std::string_view state, std::string_view message, std::string_view server) {
    for (auto const& [known, kind, words] : kMeanings) {
        if (state.starts_with(known)) {
            return {kind, "database", fmt::format(fmt::runtime(words), server, message)};
        }
    }
    return {ErrorKind::io, "database", std::string(message)};
}

bool is_collision(std::string_view state) {
    return state == "40001" || state == "40P01";
}

}  // namespace directfanz::db
