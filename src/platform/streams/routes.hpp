#pragma once

#include "base/clock.hpp"
#include "platform/streams/lookup.hpp"
#include "platform/streams/state.hpp"
#include "platform/streams/urls.hpp"
#include "system/http/router.hpp"

namespace directfanz::streams {

/// GET /api/v1/streams/{id}[?after=VERSION]
///
///     {"id","title","createdAt","state":"offline|live|reconnecting|ended","version",
///      "renditions":["video","audio"],"advice":[{"kind","measuredMs","text"}],
///      "playbackUrl","watchUrl"}
///
/// The advice is what the encoder of the present or last broadcast could do better; often none.
/// With `after` the answer waits until the version is another one, for kLongPoll at most. 404 for
/// an unknown stream, 400 for a version that is no number.
class StreamRoutes {
  public:
    StreamRoutes(StreamLookup& lookup, StreamStateSource& states, StreamUrls urls)
        : lookup_(lookup), states_(states), urls_(std::move(urls)) {}

    /// This must outlive the router.
    void add_to(http::Router& router);

    static constexpr milliseconds kLongPoll{25'000};

  private:
    io::Task<http::Response> get(http::Request const& request, std::string id);

    StreamLookup& lookup_;
    StreamStateSource& states_;
    StreamUrls urls_;
};

}  // namespace directfanz::streams
