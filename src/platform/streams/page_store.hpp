#pragma once

#include "platform/streams/broadcast_store.hpp"
#include "platform/streams/category_store.hpp"
#include "platform/streams/people.hpp"
#include "platform/streams/situation.hpp"
#include "platform/streams/store.hpp"

#include <vector>

namespace directfanz::streams {

/// Streams with what their pages show beside them. Every call blocks; from any thread.
class PageStore {
  public:
    /// All outlive this.
    PageStore(StreamStore& streams, CategoryStore& categories, BroadcastStore& broadcasts,
              People& people)
        : streams_(streams), categories_(categories), broadcasts_(broadcasts), people_(people) {}

    /// Null if there is none.
    Result<SharedPage> find(StreamId const& id);
    Result<SharedPage> find_by_key(StreamKey const& key);
    Result<SharedPage> complete(Stream stream);
    /// All at once, without the time at which the last broadcast ended.
    Result<std::vector<SharedPage>> complete_all(std::vector<Stream> streams);

  private:
    StreamStore& streams_;
    CategoryStore& categories_;
    BroadcastStore& broadcasts_;
    People& people_;
};

}  // namespace directfanz::streams
