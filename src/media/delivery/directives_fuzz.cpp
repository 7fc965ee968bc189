#include "media/delivery/directives.hpp"
#include "media/delivery/media_name.hpp"

#include <cstdlib>
#include <memory>

using namespace directfanz;

/// Any query and any file name of a player is read without fault, and no part is asked for without
/// its segment.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string const text(data, data + size);
    http::Request request;
    request.query = text;
    auto const directives = delivery::parse_directives(request);
    if (directives && directives->part && !directives->media_sequence) std::abort();
    if (directives) {
        packager::Segment ended{.media_sequence = 5, .complete = true};
        ended.parts.resize(2);
        packager::RenditionWindow rendition{.name = "video"};
        rendition.segments.push_back(std::make_shared<packager::Segment const>(ended));
        packager::Window const window{
            .session = "s", .target_duration = seconds(4), .part_target = milliseconds(250)};
        auto const reachable = delivery::check_reach(*directives, window, rendition);
        if (reachable && directives->media_sequence && *directives->media_sequence > 10) {
            std::abort();
        }
        delivery::satisfied(*directives, rendition);
    }
    delivery::parse_media_name(text);
    return 0;
}
