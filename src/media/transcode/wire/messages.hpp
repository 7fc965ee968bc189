#pragma once

#include "base/blob.hpp"
#include "media/codec/sample.hpp"
#include "media/codec/track.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

/// What server and transcoding worker say to one another.
///
/// The worker speaks first: Ready, once its sandbox stands. The server answers with Setup, at once
/// or when a process in reserve is needed, then with a TrackConfig for each input track and with
/// its samples. All times are on the broadcast's line: video, stalls and thumbnails in ticks of 90
/// kHz, audio in its sample rate. A picture has the same PTS in every rung as it had when it came
/// in.
namespace directfanz::wire {

/// Changes with every change of a message. Both first messages carry it.
inline constexpr std::uint32_t kVersion = 3;

inline constexpr std::size_t kMaxRungs = 8;
/// Of titles, names and log lines, in bytes.
inline constexpr std::size_t kMaxText = 1024;
/// Of a decoder configuration, in bytes.
inline constexpr std::size_t kMaxDecoderConfig = 64 << 10;

/// Of RungConfig and RungSample beside the video rungs, which are counted from 0, the largest
/// first: the main audio encoded anew, and the audio-only rung.
inline constexpr std::uint8_t kAudioRung = 254;
inline constexpr std::uint8_t kAudioOnlyRung = 255;

// Server to worker.

struct Rung {
    std::string name;
    /// Both even, at most h264::kMaxPictureSide. A picture of another shape gets black bars.
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    /// In bits per second; also the most that one second may need.
    std::uint32_t bitrate = 0;
    /// 1: every picture; 2: every second one, and all that are forced to be IDR pictures.
    std::uint8_t frame_divisor = 1;

    bool operator==(Rung const&) const = default;
};

/// Once, the first message.
struct Setup {
    std::uint32_t version = kVersion;
    /// Shown on the card that stands in for a silent source.
    std::string title;
    /// The largest first. Empty: pictures are decoded for thumbnails alone, and of these only the
    /// key frames.
    std::vector<Rung> rungs;
    /// "x264".
    std::string encoder;
    /// Of the main audio, in bits per second; 0 passes it by: the server sends the source's.
    std::uint32_t audio_bitrate = 0;
    /// Of the audio-only rung; 0 for none.
    std::uint32_t audio_only_bitrate = 0;
    /// In ticks of 90 kHz; 0 for no thumbnails.
    std::uint32_t thumbnail_interval = 0;
    /// At most this wide, in pixels.
    std::uint32_t thumbnail_width = 0;
    /// In ticks of 90 kHz: the first picture at or after each multiple is an IDR picture. 0: only
    /// what force_key says.
    std::uint32_t key_interval = 0;

    bool operator==(Setup const&) const = default;
};

/// Before the first sample of each track, and whenever its configuration changes.
struct TrackConfig {
    MediaKind kind = MediaKind::video;
    Codec codec = Codec::h264;
    std::uint32_t timescale = kVideoTimescale;
    /// Of the picture as it is shown; 0 for audio.
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    Blob decoder_config;
};

struct VideoSample {
    Sample sample;
    /// The picture is an IDR picture in every rung.
    bool force_key = false;
    /// Decoded only, so that what follows can be: its picture was sent before, or is too late.
    bool replay = false;
};

struct AudioSample {
    Sample sample;
    bool replay = false;
};

/// The source is silent: the rungs repeat its last picture, later a card, at its usual distances
/// for all times behind `after` and behind what they have shown, and before `until`.
struct Stalled {
    /// In ticks of 90 kHz.
    std::int64_t after = 0;
    std::int64_t until = 0;
    /// What is in the encoders comes out first; each rung goes on with an IDR picture.
    bool flush = false;
    /// The first repeated picture is an IDR picture.
    bool force_key = false;
    /// Audio that is encoded is silent up to `until`, too.
    bool silence = false;

    bool operator==(Stalled const&) const = default;
};

/// 0: all. 1: without B-frames. From 2 on: without the level - 1 largest rungs behind the first
/// `kept` ones, too.
struct Shed {
    std::uint8_t level = 0;
    std::uint8_t kept = 0;

    bool operator==(Shed const&) const = default;
};

/// Times jump, or the source begins anew: what is in the encoders comes out, and each rung goes on
/// with an IDR picture.
struct Discontinuity {
    bool operator==(Discontinuity const&) const = default;
};

/// Everything comes out, then the worker ends with status 0.
struct End {
    bool operator==(End const&) const = default;
};

using ToWorker =
    std::variant<Setup, TrackConfig, VideoSample, AudioSample, Stalled, Shed, Discontinuity, End>;

// Worker to server.

/// Once, the first message.
struct Ready {
    std::uint32_t version = kVersion;
    /// "x264 164".
    std::string encoder;

    bool operator==(Ready const&) const = default;
};

/// Before the first sample of each rung, and whenever its configuration changes.
struct RungConfig {
    std::uint8_t rung = 0;
    MediaKind kind = MediaKind::video;
    Codec codec = Codec::h264;
    std::uint32_t timescale = kVideoTimescale;
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    Blob decoder_config;
};

struct RungSample {
    std::uint8_t rung = 0;
    /// Of video: the duration is the next sample's DTS less this one's, or 0 where the encoder does
    /// not know that one yet.
    Sample sample;
};

enum class PictureFormat : std::uint8_t { jpeg, webp };

struct Thumbnail {
    PictureFormat format = PictureFormat::jpeg;
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::int64_t pts = 0;
    Blob picture;
};

/// Once a second of media, and at the end.
struct Statistics {
    /// In ticks of 90 kHz. The newest of the samples that were received, and of the pictures that
    /// all rungs have sent.
    std::int64_t newest_in = 0;
    std::int64_t newest_out = 0;
    /// User and system time of the process, in microseconds.
    std::uint64_t cpu = 0;
    std::uint64_t frames_decoded = 0;
    /// Over all rungs.
    std::uint64_t frames_encoded = 0;
    /// Pictures that the decoder found damaged; the last good one was shown instead.
    std::uint64_t frames_corrupt = 0;
    std::uint8_t shed_level = 0;

    bool operator==(Statistics const&) const = default;
};

enum class LogLevel : std::uint8_t { info, warning, error };

/// For the operator or the streamer. After an error the worker ends.
struct Log {
    LogLevel level = LogLevel::info;
    std::string words;

    bool operator==(Log const&) const = default;
};

/// How loud the source is, once a second of its sound.
struct SoundLevel {
    /// In tenths of dBFS: the root of the mean square over all channels; -1000 is silence.
    std::int32_t level = 0;

    bool operator==(SoundLevel const&) const = default;
};

using FromWorker =
    std::variant<Ready, RungConfig, RungSample, Thumbnail, Statistics, Log, SoundLevel>;

}  // namespace directfanz::wire
