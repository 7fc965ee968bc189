#pragma once

#include "platform/streams/catalogue.hpp"
#include "platform/streams/follow_store.hpp"
#include "platform/streams/health.hpp"
#include "platform/streams/situation.hpp"
#include "platform/streams/state.hpp"
#include "platform/streams/urls.hpp"

#include <optional>
#include <string>
#include <vector>

/// What the contract's schemas say, as JSON text.
namespace directfanz::streams {

std::string category_json(Category const& category);
std::string profile_json(Person const& person);
std::string broadcast_json(BroadcastRow const& row);

/// `has_picture`: there is a live thumbnail.
std::string card_json(Card const& card, StreamUrls const& urls, bool has_picture);

/// What a watch page shows, the same for everybody.
std::string stream_json(StreamPage const& page, StreamState const& state, std::int64_t viewers,
                        StreamUrls const& urls, bool has_picture);

/// What its owner and moderators see beside the page.
struct OwnDetails {
    StreamState state;
    std::optional<BroadcastRow> broadcast;
    std::int64_t viewers = 0;
    /// Of the live picture; empty where there is none.
    std::string thumbnail_url;
    std::vector<live::Advice> advice;
};
std::string own_stream_json(StreamPage const& page, OwnDetails const& details,
                            StreamUrls const& urls);

/// For whoever likes it.
std::string like_json(Like const& like);

std::string health_json(Health const& health, std::vector<std::string> const& renditions);

/// {"items":[…],"nextCursor":…}, with an empty cursor as null.
std::string page_of(std::vector<std::string> const& items, std::string const& cursor);
/// {"items":[…]}
std::string list_of(std::vector<std::string> const& items);

}  // namespace directfanz::streams
