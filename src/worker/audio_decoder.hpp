#pragma once

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "worker/libav.hpp"

#include <cstdint>

namespace directfanz::worker {

/// AAC of any kind that the library knows (LC, HE, HEv2; any rate, any channels) to sound.
class AudioDecoder {
  public:
    /// `decoder_config` is an AudioSpecificConfig. Errors: io if the library refuses it.
    static Result<AudioDecoder> open(ByteView decoder_config);

    /// One access unit. Damage is not an error: nothing comes out for it.
    void send(ByteView payload, std::int64_t pts);

    /// Sound of an access unit, with its PTS; null if there is none left.
    Frame receive();

  private:
    explicit AudioDecoder(CodecContext context);

    CodecContext context_;
    Packet packet_;
};

}  // namespace directfanz::worker
