#pragma once

#include "base/blob.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/result.hpp"
#include "media/codec/track.hpp"
#include "media/container/flv/tag.hpp"
#include "media/ingest/publication.hpp"
#include "media/ingest/timeline.hpp"

#include <cstdint>
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

    MediaInput(ingest::Publication& publication, log::Context const& context)
        : publication_(publication), context_(context) {}

    /// The body of an FLV tag with its 32-bit time in milliseconds. Error: unsupported, with words
    /// for the streamer, if the publisher has to be refused.
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
    Result<void> configure_video(Blob const& wire_config);
    Result<void> configure_audio(Blob const& wire_config);
    Result<void> take_picture(flv::VideoPacket const& packet, std::uint32_t timestamp,
                              SteadyTime arrival);
    /// Parameter sets inside an access unit that differ from the track's make a new track.
    Result<void> adopt_parameter_sets(ByteView access_unit);
    void complain(std::string_view event, std::string_view reason);

    ingest::Publication& publication_;
    log::Context context_;
    ingest::Timeline timeline_;
    Input video_;
    Input audio_;
    unsigned nal_length_size_ = 4;
    /// The present track's, with four-byte lengths.
    Blob decoder_config_;
    /// Faults that are in the log already; their names are literals.
    std::set<std::string_view> complained_;
};

}  // namespace directfanz::rtmp
