#include "media/codec/track.hpp"

namespace directfanz {

std::string_view to_string(MediaKind kind) {
    return kind == MediaKind::video ? "video" : "audio";
}

std::string_view to_string(Codec codec) {
    return codec == Codec::h264 ? "H.264" : "AAC";
}

}  // namespace directfanz
