#pragma once

#include "base/blob.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "media/codec/track.hpp"
#include "media/container/flv/tag.hpp"
#include "media/ingest/publication.hpp"
#include "media/ingest/rtmp/rate_limit.hpp"
#include "media/ingest/timeline.hpp"

#include <cstdint>
#include <deque>
#include <set>
#include <string_view>

namespace directfanz::rtmp {

/// Makes tracks and samples of one publisher's audio and video messages and hands them to its
/// Publication.
///
/// A track is configured when its sequence header comes, or parameter sets in band, and again only
/// when their bytes change. What cannot be used (empty, damaged, before its sequence header) is
/// dropped, with one line in the log for each kind of fault.
class MediaInput {
  public:
    /// Messages of a codec that is not carried, one after the other, before the publisher is
    /// refused: one damaged message is not enough to tell. With a track that works it takes more:
    /// publishers of several tracks send those that we take and others.
    static constexpr int kRefusedAfter = 3;
    static constexpr int kRefusedBesideTrackAfter = 100;

    /// In milliseconds, either way: the farthest that a picture is believed to be shown from its
    /// decode time. Sixteen frames of reordering, the most that H.264 has (A.3.1), last that long
    /// at 8 a second; more is a damaged header, and would move the stream's clock.
    static constexpr std::int32_t kMostCompositionTime = 2'000;

    /// What is held of a broadcast is bounded in time, so bytes are, too, as long as no second has
    /// more than this: beyond the best that encoders send over RTMP.
    static constexpr std::int64_t kMaxBitRate = 100'000'000;
    /// What may come at once: key frames, and what an encoder sends late after a stalled network.
    static constexpr seconds kMaxBurst{4};
    /// AAC has 6144 bits a channel at most (ISO/IEC 14496-3, 4.5.3), and eight channels.
    static constexpr std::size_t kMaxAudioFrame = std::size_t{16} << 10;

    /// Changes of configuration within kChangesTime: each costs players a new decoder, and all of
    /// them a segment of its own.
    static constexpr int kMostChanges = 10;
    static constexpr seconds kChangesTime{10};

    MediaInput(ingest::Publication& publication, log::Context const& context)
        : publication_(publication), context_(context) {}

    /// The body of an FLV tag with its 32-bit time in milliseconds. Errors, with words for the
    /// streamer, if the publisher has to be refused: unsupported, or too_large at a limit.
    Result<void> take(MediaKind kind, std::uint32_t timestamp, Blob const& body,
                      SteadyTime arrival);

  private:
    /// What is known of one track.
    struct Input {
        bool configured = false;
        /// As it came, to know it again.
        Blob wire_config;
        int unsupported_in_a_row = 0;
    };

    Result<void> refuse(Input& input, MediaKind kind, Error error);
    Result<void> take_video(std::uint32_t timestamp, Blob const& body, SteadyTime arrival);
    Result<void> take_audio(std::uint32_t timestamp, Blob const& body, SteadyTime arrival);
    Result<void> configure_video(Blob const& wire_config, SteadyTime arrival);
    Result<void> configure_audio(Blob const& wire_config, SteadyTime arrival);
    /// Hands the track on, unless too many came before it.
    Result<void> configure(Input const& input, Track track, SteadyTime arrival);
    Result<void> take_picture(flv::VideoPacket const& packet, std::uint32_t timestamp,
                              SteadyTime arrival);
    /// Parameter sets inside an access unit that differ from the track's make a new track.
    Result<void> adopt_parameter_sets(ByteView access_unit, SteadyTime arrival);
    /// In milliseconds: `claimed`, or that of the last such frame if it cannot be.
    std::int32_t composition_time(std::int32_t claimed, bool sync);
    /// Hands the sample on, unless it is one too many for its time.
    Result<void> push(MediaKind kind, Sample sample, std::uint32_t timescale);
    void complain(std::string_view event, std::string_view reason);

    ingest::Publication& publication_;
    log::Context context_;
    ingest::Timeline timeline_;
    Input video_;
    Input audio_;
    RateLimit arriving_{kMaxBitRate, kMaxBurst};
    RateLimit placed_{kMaxBitRate, kMaxBurst};
    /// When configurations changed, lately.
    std::deque<SteadyTime> changes_;
    /// In milliseconds, of the last good frame of each kind.
    std::int32_t key_composition_time_ = 0;
    std::int32_t other_composition_time_ = 0;
    /// The timescale of audio.
    std::uint32_t audio_rate_ = 1;
    unsigned nal_length_size_ = 4;
    /// The present track's, with four-byte lengths.
    Blob decoder_config_;
    /// Faults that are in the log already; their names are literals.
    std::set<std::string_view> complained_;
};

}  // namespace directfanz::rtmp
