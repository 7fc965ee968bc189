#pragma once

#include "platform/api/call.hpp"
#include "platform/api/fields.hpp"
#include "platform/api/readers.hpp"

#include <optional>

namespace directfanz::api {

/// The JSON object that a request carries.
///
///     Body body(call);
///     auto const title = body->required("title", Text{.least = 1, .most = 140});
///     if (auto refused = body.refusal()) co_return std::move(*refused);
class Body {
  public:
    /// An empty body counts as an empty object where the operation can do without.
    explicit Body(Call const& call) : Body(call.request) {}
    explicit Body(http::Request const& request);
    Body(Body const&) = delete;
    Body& operator=(Body const&) = delete;

    Fields* operator->() { return &fields_; }
    Fields& operator*() { return fields_; }

    /// After all members were read: 415 for what is not sent as JSON, 400 or 413 for what is none,
    /// 422 with all that is wrong; nothing if all is well. More may be told to the Fields after
    /// that, and asked for once more.
    std::optional<http::Response> refusal();

  private:
    /// Of the body as a whole.
    std::optional<http::Response> unreadable_;
    Json json_;
    FieldErrors errors_;
    Fields fields_;
    bool ended_ = false;
};

}  // namespace directfanz::api
