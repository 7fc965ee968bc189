#pragma once

#include "system/http/router.hpp"

#include <string>

namespace directfanz::api {

/// The contract as api/openapi.json and api/openapi.yaml have it.
std::string contract_json();
std::string contract_yaml();

/// Routes for both: /api/openapi.json and /api/openapi.yaml. Any site's page may read them.
void add_documents(http::Router& router);

}  // namespace directfanz::api
