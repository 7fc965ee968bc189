#pragma once

#include "base/result.hpp"
#include "base/strong.hpp"
#include "media/ingest/publication.hpp"
#include "system/io/task.hpp"

namespace directfanz::live {

/// What a stream key opens.
struct PublishGrant {
    StreamId stream;
};

/// Who may publish. The media wing knows nothing of people: it asks.
class PublishGate {
  public:
    virtual ~PublishGate() = default;

    /// Called on any loop, any number at once; may take its time. The message of a refusal is shown
    /// to the streamer.
    virtual io::Task<Result<PublishGrant>> authorize(ingest::PublishRequest const& request) = 0;
};

}  // namespace directfanz::live
