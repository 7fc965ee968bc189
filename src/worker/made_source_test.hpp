#pragma once

#include "base/bytes.hpp"
#include "media/codec/decoder_config.hpp"
#include "media/codec/sample.hpp"
#include "media/codec/track.hpp"
#include "media/transcode/wire/messages.hpp"
#include "worker/libav.hpp"
#include "worker/pipeline.hpp"
#include "worker/video_decoder.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <vector>

#include <gtest/gtest.h>

extern "C" {
#include <libavutil/frame.h>
#include <x264.h>
}

/// For tests: H.264 made on the spot. Each picture carries its number as a row of black and white
/// blocks, so that what comes out of the worker can be told apart whatever its size.
namespace directfanz::worker::testing {

inline constexpr int kNumberBits = 12;

struct SourceOptions {
    int width = 320;
    int height = 180;
    int b_frames = 0;
    /// PTS of each picture, rising.
    std::vector<std::int64_t> times;
    /// Numbers of the pictures that are IDR pictures; the first one always is.
    std::set<std::size_t> keys;
    bool interlaced = false;
    /// ITU-T H.264, table E-4: 18 is HLG.
    int transfer = 2;
    bool ten_bit = false;
    int first_number = 0;
};

struct Source {
    wire::TrackConfig config;
    /// In the order of decoding.
    std::vector<Sample> samples;
    std::vector<std::int64_t> times;
};

/// `count` times, `interval` apart on average, whole ticks.
inline std::vector<std::int64_t> regular_times(std::size_t count, double interval,
                                               std::int64_t first = 900'000) {
    std::vector<std::int64_t> times;
    for (std::size_t i = 0; i < count; ++i)
        times.push_back(first + static_cast<std::int64_t>(static_cast<double>(i) * interval + 0.5));
    return times;
}

inline void draw_number(x264_image_t& image, int width, int height, int number) {
    auto const deep = (image.i_csp & X264_CSP_HIGH_DEPTH) != 0;
    auto const put = [&](int plane, int x, int y, int value) {
        auto* const row = image.plane[plane] + y * image.i_stride[plane];
        if (deep) {
            reinterpret_cast<std::uint16_t*>(row)[x] = static_cast<std::uint16_t>(value << 2);
        } else {
            row[x] = static_cast<std::uint8_t>(value);
        }
    };
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            auto const bit = x * kNumberBits / width;
            auto const block = (number >> bit & 1) != 0 ? 220 : 30;
            auto const ramp = 60 + (x + y + 4 * number) % 128;
            put(0, x, y, y < height / 2 ? block : ramp);
        }
    }
    for (int plane = 1; plane < 3; ++plane) {
        for (int y = 0; y < height / 2; ++y)
            for (int x = 0; x < width / 2; ++x) put(plane, x, y, 128);
    }
}

inline int read_number(AVFrame const& frame) {
    int number = 0;
    auto const* const row = frame.data[0] + frame.linesize[0] * (frame.height / 4);
    for (int bit = 0; bit < kNumberBits; ++bit) {
        auto const x = (2 * bit + 1) * frame.width / (2 * kNumberBits);
        if (row[x] > 128) number |= 1 << bit;
    }
    return number;
}

inline Source make_source(SourceOptions const& options) {
    x264_param_t p;
    x264_param_default_preset(&p, "ultrafast", options.b_frames > 0 ? nullptr : "zerolatency");
    p.i_log_level = X264_LOG_NONE;
    p.i_width = options.width;
    p.i_height = options.height;
    p.i_csp = X264_CSP_I420;
    p.i_threads = 1;
    p.i_bframe = options.b_frames;
    p.i_bframe_adaptive = X264_B_ADAPT_NONE;
    p.i_bframe_pyramid = X264_B_PYRAMID_NONE;
    p.b_interlaced = options.interlaced ? 1 : 0;
    p.b_tff = 1;
    p.vui.i_transfer = options.transfer;
    if (options.ten_bit) {
        p.i_bitdepth = 10;
        p.i_csp |= X264_CSP_HIGH_DEPTH;
    }
    p.b_vfr_input = 0;
    p.b_repeat_headers = 0;
    p.b_annexb = 0;
    p.i_keyint_max = X264_KEYINT_MAX_INFINITE;
    p.i_scenecut_threshold = 0;
    auto* const encoder = x264_encoder_open(&p);
    Source source{.times = options.times};

    x264_nal_t* nals = nullptr;
    int count = 0;
    x264_encoder_headers(encoder, &nals, &count);
    std::vector<ByteView> sps;
    std::vector<ByteView> pps;
    for (auto const& nal : std::span(nals, static_cast<std::size_t>(count))) {
        ByteView const bytes(nal.p_payload + 4, static_cast<std::size_t>(nal.i_payload - 4));
        if (nal.i_type == NAL_SPS) sps.push_back(bytes);
        if (nal.i_type == NAL_PPS) pps.push_back(bytes);
    }
    source.config.decoder_config = h264::decoder_config_of(sps, pps).value();
    source.config.width = static_cast<std::uint32_t>(options.width);
    source.config.height = static_cast<std::uint32_t>(options.height);

    x264_picture_t in;
    x264_picture_alloc(&in, p.i_csp, options.width, options.height);
    auto const take = [&](int size, x264_picture_t const& out) {
        if (size <= 0) return;
        source.samples.push_back(
            {.dts = out.i_dts,
             .composition_offset = static_cast<std::int32_t>(out.i_pts - out.i_dts),
             .sync = out.b_keyframe != 0,
             .payload = Blob::copy_of({nals[0].p_payload, static_cast<std::size_t>(size)})});
    };
    for (std::size_t i = 0; i < options.times.size(); ++i) {
        draw_number(in.img, options.width, options.height,
                    options.first_number + static_cast<int>(i));
        in.i_pts = options.times[i];
        in.i_type = i == 0 || options.keys.contains(i) ? X264_TYPE_IDR : X264_TYPE_AUTO;
        x264_picture_t out;
        take(x264_encoder_encode(encoder, &nals, &count, &in, &out), out);
    }
    while (x264_encoder_delayed_frames(encoder) > 0) {
        x264_picture_t out;
        take(x264_encoder_encode(encoder, &nals, &count, nullptr, &out), out);
    }
    x264_picture_clean(&in);
    x264_encoder_close(encoder);
    return source;
}

/// What came out of one rung, or of all of a worker.
struct Received {
    std::map<int, std::vector<Sample>> samples;
    std::map<int, std::vector<wire::RungConfig>> configs;
    std::vector<wire::Thumbnail> thumbnails;
    std::vector<wire::Statistics> statistics;
    std::vector<std::int32_t> levels;
    std::vector<wire::Log> logs;
    std::vector<wire::Ready> ready;

    void take(wire::FromWorker const& message) {
        if (auto const* const m = std::get_if<wire::RungSample>(&message))
            samples[m->rung].push_back(m->sample);
        if (auto const* const m = std::get_if<wire::RungConfig>(&message))
            configs[m->rung].push_back(*m);
        if (auto const* const m = std::get_if<wire::Thumbnail>(&message)) thumbnails.push_back(*m);
        if (auto const* const m = std::get_if<wire::Statistics>(&message)) statistics.push_back(*m);
        if (auto const* const m = std::get_if<wire::SoundLevel>(&message))
            levels.push_back(m->level);
        if (auto const* const m = std::get_if<wire::Log>(&message)) logs.push_back(*m);
        if (auto const* const m = std::get_if<wire::Ready>(&message)) ready.push_back(*m);
    }

    /// PTS of a rung's samples, sorted.
    std::vector<std::int64_t> times(int rung) const {
        std::vector<std::int64_t> all;
        if (auto const found = samples.find(rung); found != samples.end())
            for (auto const& sample : found->second) all.push_back(sample.pts());
        std::ranges::sort(all);
        return all;
    }

    /// PTS of a rung's IDR pictures.
    std::vector<std::int64_t> keys(int rung) const {
        std::vector<std::int64_t> all;
        if (auto const found = samples.find(rung); found != samples.end())
            for (auto const& sample : found->second)
                if (sample.sync) all.push_back(sample.pts());
        return all;
    }
};

struct Seen {
    int number = 0;
    int width = 0;
    int height = 0;

    bool operator==(Seen const&) const = default;
};

/// Decodes samples to what is in their pictures, by PTS.
inline std::map<std::int64_t, Seen> look_at(Blob const& config,
                                            std::vector<Sample> const& samples) {
    std::map<std::int64_t, Seen> pictures;
    auto decoder = VideoDecoder::open(config.view());
    EXPECT_TRUE(decoder);
    if (!decoder) return pictures;
    auto const collect = [&] {
        while (auto const frame = decoder->receive()) {
            EXPECT_FALSE(VideoDecoder::damaged(*frame)) << frame->pts;
            pictures[frame->pts] = {
                .number = read_number(*frame), .width = frame->width, .height = frame->height};
        }
    };
    for (auto const& sample : samples) {
        decoder->send(sample.payload.view(), sample.pts(), sample.sync);
        collect();
    }
    decoder->drain();
    collect();
    return pictures;
}

inline wire::Setup two_rungs() {
    return {.title = "A test",
            .rungs = {{.name = "big", .width = 256, .height = 144, .bitrate = 400'000},
                      {.name = "small", .width = 160, .height = 90, .bitrate = 200'000}},
            .encoder = "x264"};
}

}  // namespace directfanz::worker::testing
