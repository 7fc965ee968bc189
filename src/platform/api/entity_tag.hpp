#pragma once

#include "platform/api/call.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

namespace directfanz::api {

/// The strong entity tag of what has this version: "\"7\"".
std::string entity_tag(std::int64_t version);

/// Puts it on an answer.
void set_entity_tag(http::Response& response, std::int64_t version);

/// What If-Match asks for: these versions, or any.
class Precondition {
  public:
    /// 428 (RFC 6585, 3) for a request without If-Match, since another may have edited meanwhile.
    static std::expected<Precondition, http::Response> of(Call const& call);

    /// Any version will do (`If-Match: *`).
    bool any() const { return list_ == "*"; }
    /// RFC 9110, 13.1.1.
    bool allows(std::int64_t version) const;

  private:
    explicit Precondition(std::string list) : list_(std::move(list)) {}

    std::string list_;
};

/// 412: somebody else was faster.
http::Response changed_meanwhile();

}  // namespace directfanz::api
