#include "media/ingest/rtmp/server_session.hpp"

#include <algorithm>

using namespace directfanz;

namespace {

struct Ignore : rtmp::ServerSession::Handler {
    void on_publish(rtmp::PublishCommand) override {}
    void on_metadata(amf0::Value const&) override {}
    void on_media(MediaKind, std::uint32_t, Blob) override {}
    void on_unpublish() override {}
};

}  // namespace

/// A captured or invented connection. The last byte says in what pieces it arrives, and whether
/// publishes are accepted; so a captured stream is a seed as it is.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) return 0;
    Ignore handler;
    rtmp::ServerSession session(handler);
    auto const piece = (data[size - 1] & 0x7FU) * 16U + 1U;
    auto const accepts = (data[size - 1] & 0x80U) == 0;
    for (ByteView left(data, size - 1); !left.empty();) {
        auto const count = std::min<std::size_t>(piece, left.size());
        if (!session.feed(left.first(count))) break;
        left = left.subspan(count);
        if (session.waiting() && accepts) session.accept_publish();
        if (session.waiting() && !accepts) {
            session.reject_publish({ErrorKind::denied, "fuzz", "No."});
        }
        session.take_output();
    }
    return 0;
}
