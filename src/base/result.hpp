#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace directfanz {

/// What went wrong, in the few categories that callers act on.
enum class ErrorKind {
    invalid,      ///< the input breaks its format or a rule
    unsupported,  ///< well-formed, but something this program does not carry
    too_large,    ///< a named limit was reached
    denied,       ///< the peer may not do this
    not_found,    ///< there is no such thing
    conflict,     ///< it collides with something that exists
    timeout,      ///< a peer or a resource took too long
    unavailable,  ///< cannot be served at present; a later try may succeed
    closed,       ///< the peer has gone
    io,           ///< the operating system or a library reported a failure
};

std::string_view to_string(ErrorKind kind);

/// A failure that input, a peer or the machine can cause: its kind, where it was found, and a
/// sentence that a streamer or an operator can act on.
struct Error {
    ErrorKind kind = ErrorKind::invalid;
    std::string where;
    std::string message;

    bool operator==(Error const&) const = default;
};

template <typename T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind, std::string_view where, std::string message) {
    return std::unexpected(Error{kind, std::string(where), std::move(message)});
}

/// "where: message", for logs and terminals.
std::string describe(Error const& error);

}  // namespace directfanz
