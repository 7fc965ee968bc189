#pragma once

#include "base/blob.hpp"
#include "base/bytes.hpp"
#include "base/result.hpp"
#include "media/transcode/wire/messages.hpp"

#include <cstddef>
#include <cstdint>

/// A message's bytes, integers big-endian:
///
///     length: 32 bits, of what follows | type: 8 bits | fields | payload, to the end
///
/// The type is the message's place in ToWorker or FromWorker. Text and decoder configurations stand
/// behind their length in 16 bits (kMaxText) and 32 bits; a payload is the rest of its message.
namespace directfanz::wire {

/// Of a whole message, its length field excluded: some ten seconds of a fast stream in one access
/// unit, and a publisher's longest message.
inline constexpr std::size_t kMaxMessage = 8 << 20;
inline constexpr std::size_t kLengthSize = 4;

/// To be sent one behind the other; the payload is not copied.
struct Encoded {
    Bytes head;
    Blob payload;
};

/// Errors: too_large beyond kMaxMessage or another limit of messages.hpp.
Result<Encoded> encode(ToWorker const& message);
Result<Encoded> encode(FromWorker const& message);

/// The message that follows a length field; payloads are slices of `body`. Errors: invalid for what
/// is cut short, goes on behind its end or breaks a field's range, too_large beyond a limit,
/// unsupported for another version.
template <typename Message>
Result<Message> decode(Blob const& body);

extern template Result<ToWorker> decode(Blob const& body);
extern template Result<FromWorker> decode(Blob const& body);

}  // namespace directfanz::wire
