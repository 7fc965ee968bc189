#include "platform/streams/situation.hpp"

#include <tuple>

namespace directfanz::streams {

bool says_the_same(StreamPage const& a, StreamPage const& b) {
    auto const said = [](Stream const& stream) {
        return std::tie(static_cast<StreamSettings const&>(stream), stream.version, stream.owner,
                        stream.key_created_at, stream.cover);
    };
    return said(a.stream) == said(b.stream) && a.creator == b.creator && a.category == b.category;
}

bool is_older(StreamPage const& page, StreamPage const& known) {
    return page.stream.version < known.stream.version ||
           page.stream.access_epoch < known.stream.access_epoch;
}

}  // namespace directfanz::streams
