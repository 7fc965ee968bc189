#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "media/transcode/wire/coding.hpp"

#include <cstddef>
#include <vector>

namespace directfanz::wire {

/// Cuts what a stream socket delivers into messages. Each message's bytes are copied once, into a
/// buffer of its own that its payload goes on to share.
template <typename Message>
class MessageReader {
  public:
    /// The messages that `bytes` complete, in order. Errors: those of decode(), and too_large for a
    /// length beyond kMaxMessage. Failure is sticky: the stream cannot be read any further.
    Result<std::vector<Message>> feed(ByteView bytes);

  private:
    Result<void> read(ByteView bytes, std::vector<Message>& messages);

    Bytes length_;
    std::size_t expected_ = 0;
    Bytes body_;
    Result<void> state_;
};

extern template class MessageReader<ToWorker>;
extern template class MessageReader<FromWorker>;

}  // namespace directfanz::wire
