#pragma once

#include "system/http/final_response.hpp"
#include "system/http/router.hpp"

namespace directfanz::http {

/// Asks the router and makes the answer final: what every protocol version does with a request.
///
/// A handler's exception becomes a 500 problem, unless the caller itself was cancelled.
io::Task<FinalResponse> answer(Router const& router, Request const& request);

}  // namespace directfanz::http
