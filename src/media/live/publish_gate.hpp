#pragma once

#include "base/result.hpp"
#include "base/strong.hpp"
#include "media/ingest/publication.hpp"
#include "media/packager/packager.hpp"
#include "media/transcode/ladder.hpp"
#include "system/io/task.hpp"

#include <optional>
#include <string>
#include <vector>

namespace directfanz::live {

/// What a stream key opens.
struct PublishGrant {
    StreamId stream;
    /// What opened it; for recheck() alone, never logged.
    std::string credential;
    /// Where a new broadcast of the stream starts to count: above all that players may have seen of
    /// earlier ones.
    packager::FirstNumbers first;
    /// What viewers see; for the card that stands in for a silent source.
    std::string title;
    /// Its own, as live::parse_ladder() made it; the server's if there is none. One that is changed
    /// counts from the next publisher on.
    std::optional<std::vector<transcode::RungSetting>> ladder{};
};

/// Who may publish. The media wing knows nothing of people: it asks.
class PublishGate {
  public:
    virtual ~PublishGate() = default;

    /// Called on any loop, any number at once; may take its time. The message of a refusal is shown
    /// to the streamer.
    virtual io::Task<Result<PublishGrant>> authorize(ingest::PublishRequest const& request) = 0;

    /// Whether a grant still holds; asked every few seconds while its publisher is on air. Errors:
    /// denied (the key was rotated), not_found (the stream was deleted), both with words for the
    /// streamer; any other is no answer.
    virtual io::Task<Result<void>> recheck(PublishGrant const& grant) = 0;
};

}  // namespace directfanz::live
