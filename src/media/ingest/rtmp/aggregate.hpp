#pragma once

#include "media/ingest/rtmp/message.hpp"

#include <vector>

namespace directfanz::rtmp {

/// The messages inside an Aggregate message (clause 7.1.6), their payloads slices of it and their
/// times moved so that the first has the aggregate's:
///
///     { type 8 | size 24 | time: low 24, high 8 | stream id 24 | payload | size of all that 32 }*
///
/// One that is cut short ends the list; those before it count.
std::vector<Message> split_aggregate(Message const& aggregate);

}  // namespace directfanz::rtmp
