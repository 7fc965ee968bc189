#include "base/result.hpp"

namespace directfanz {

std::string_view to_string(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::invalid:
            return "invalid";
        case ErrorKind::unsupported:
            return "unsupported";
        case ErrorKind::too_large:
            return "too_large";
        case ErrorKind::denied:
            return "denied";
        case ErrorKind::not_found:
            return "not_found";
        case ErrorKind::conflict:
            return "conflict";
        case ErrorKind::timeout:
            return "timeout";
        case ErrorKind::unavailable:
            return "unavailable";
        case ErrorKind::closed:
            return "closed";
        case ErrorKind::io:
            return "io";
    }
    return "unknown";
}

std::string describe(Error const& error) {
    return error.where.empty() ? error.message : error.where + ": " + error.message;
}

}  // namespace directfanz
