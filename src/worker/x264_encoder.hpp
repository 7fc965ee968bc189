#pragma once

#include "base/result.hpp"
#include "media/codec/sample.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

struct AVFrame;
struct x264_t;

namespace directfanz::worker {

/// Of the pictures: ITU-T H.264, tables E-3 to E-5; 2 is "unspecified".
struct Colours {
    std::uint8_t primaries = 2;
    std::uint8_t transfer = 2;
    std::uint8_t matrix = 2;

    bool operator==(Colours const&) const = default;
};

struct EncoderSettings {
    unsigned width = 0;
    unsigned height = 0;
    /// In bits per second, and the most that any second may need.
    unsigned bitrate = 0;
    /// Pictures a second, for the rate control alone: times pass through as they are.
    double frame_rate = 30;
    Colours colours;

    bool operator==(EncoderSettings const&) const = default;
};

enum class PictureType : std::uint8_t {
    any,         ///< the encoder chooses among P and B
    no_b_frame,  ///< P: less work
    key,         ///< IDR
};

/// One rung's encoder. IDR pictures are where they are asked for, and nowhere else.
class X264Encoder {
  public:
    /// Pictures that go in before the first comes out; so the lookahead is as long.
    static constexpr std::size_t kDelay = 3;

    /// Errors: io if the library refuses the settings.
    static Result<X264Encoder> open(EncoderSettings const& settings);

    /// AVCDecoderConfigurationRecord.
    Blob const& decoder_config() const { return decoder_config_; }

    /// Encodes a picture (4:2:0 in 8 bits, of the size of the settings) and returns an earlier one.
    /// PTS must grow from picture to picture. Errors: io if the library fails.
    Result<std::optional<Sample>> encode(AVFrame const& picture, std::int64_t pts,
                                         PictureType type);

    /// One of those that are left; nothing after the last. encode() may not follow.
    Result<std::optional<Sample>> flush();

    /// The library's name and version.
    static std::string name();

  private:
    struct Closer {
        void operator()(x264_t* encoder) const;
    };

    X264Encoder(std::unique_ptr<x264_t, Closer> encoder, Blob decoder_config, double frame_rate);
    Result<std::optional<Sample>> step(void* picture);
    std::uint32_t next_duration();

    std::unique_ptr<x264_t, Closer> encoder_;
    Blob decoder_config_;
    std::uint32_t usual_duration_;
    /// PTS of the pictures that went in, from number first_time_ on: these, one picture later, are
    /// the DTS of those that come out.
    std::deque<std::int64_t> times_;
    std::uint64_t first_time_ = 0;
    std::uint64_t pictures_out_ = 0;
};

}  // namespace directfanz::worker
