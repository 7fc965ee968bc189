#pragma once

#include "system/http/final_response.hpp"

#include <string>

namespace directfanz::http {

/// What the Connection field says.
enum class Persistence {
    implied,  ///< stays open, as HTTP/1.1 does unless it says otherwise
    stated,   ///< stays open, said for HTTP/1.0
    ends,     ///< closed after this answer
};

/// Status line, header fields and the empty line (RFC 9112, 4).
std::string serialize_head(FinalResponse const& response, Persistence persistence);

}  // namespace directfanz::http
