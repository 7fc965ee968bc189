#include "media/ingest/rtmp/aggregate.hpp"

#include "base/byte_reader.hpp"

namespace directfanz::rtmp {

std::vector<Message> split_aggregate(Message const& aggregate) {
    std::vector<Message> messages;
    ByteReader reader(aggregate.payload.view());
    std::uint32_t first_time = 0;
    while (!reader.at_end()) {
        auto const type = static_cast<MessageType>(reader.u8());
        auto const size = reader.u24();
        auto const low_time = reader.u24();
        auto const high_time = static_cast<std::uint32_t>(reader.u8());
        auto const time = high_time << 24 | low_time;
        reader.u24();
        auto const at = reader.position();
        reader.skip(size);
        if (!reader.ok()) break;
        if (messages.empty()) first_time = time;
        messages.push_back(Message{.type = type,
                                   .stream_id = aggregate.stream_id,
                                   .timestamp = aggregate.timestamp + (time - first_time),
                                   .payload = aggregate.payload.slice(at, size)});
        reader.u32();
    }
    return messages;
}

}  // namespace directfanz::rtmp
