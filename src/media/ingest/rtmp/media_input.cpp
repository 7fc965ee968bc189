#include "media/ingest/rtmp/media_input.hpp"

#include "media/codec/aac.hpp"
#include "media/codec/decoder_config.hpp"
#include "media/codec/h264.hpp"
#include "media/codec/nal_unit.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace directfanz::rtmp {
namespace {

constexpr std::int32_t kTicksPerMillisecond = kVideoTimescale / 1000;

struct Contents {
    bool whole = true;
    bool picture = false;
    bool idr = false;
    bool parameter_sets = false;
};

Contents contents_of(ByteView access_unit) {
    Contents contents;
    h264::NalUnits units(access_unit);
    while (auto const nal = units.next()) {
        auto const type = h264::nal_type(*nal);
        using enum h264::NalType;
        contents.idr |= type == idr_slice;
        contents.picture |= type >= slice && type <= idr_slice;
        contents.parameter_sets |= type == sps || type == pps;
    }
    contents.whole = units.ok();
    return contents;
}

bool contains(std::vector<Bytes> const& known, ByteView nal) {
    return std::ranges::any_of(known, [nal](Bytes const& b) { return std::ranges::equal(b, nal); });
}

std::unexpected<Error> too_fast() {
    return fail(
        ErrorKind::too_large, "rtmp media",
        "The stream came with more than 100 Mbit/s. Set a lower bit rate in the encoder; or, "
        "if it sends a file, let it send that in real time (ffmpeg: -re before -i).");
}

std::vector<ByteView> views_of(std::vector<Bytes> const& nals) {
    return {nals.begin(), nals.end()};
}

}  // namespace

Result<void> MediaInput::take(MediaKind kind, std::uint32_t timestamp, Blob const& body,
                              SteadyTime arrival) {
    auto const now = std::chrono::duration_cast<microseconds>(arrival.time_since_epoch());
    if (!arriving_.take(body.size(), now)) return too_fast();
    return kind == MediaKind::video ? take_video(timestamp, body, arrival)
                                    : take_audio(timestamp, body, arrival);
}

Result<void> MediaInput::refuse(Input& input, MediaKind kind, Error error) {
    auto const video = kind == MediaKind::video;
    if (error.kind != ErrorKind::unsupported) {
        complain(video ? "video_dropped" : "audio_dropped", error.message);
        return {};
    }
    complain(video ? "video_unsupported" : "audio_unsupported", error.message);
    auto const patience = input.configured ? kRefusedBesideTrackAfter : kRefusedAfter;
    if (++input.unsupported_in_a_row < patience) return {};
    return std::unexpected(std::move(error));
}

Result<void> MediaInput::take_video(std::uint32_t timestamp, Blob const& body, SteadyTime arrival) {
    auto const packet = flv::parse_video(body);
    if (!packet) return refuse(video_, MediaKind::video, packet.error());
    switch (packet->kind) {
        case flv::PacketKind::config:
            video_.unsupported_in_a_row = 0;
            return configure_video(packet->data, arrival);
        case flv::PacketKind::frame:
            video_.unsupported_in_a_row = 0;
            return take_picture(*packet, timestamp, arrival);
        case flv::PacketKind::end:
        case flv::PacketKind::none:
            break;
    }
    return {};
}

Result<void> MediaInput::configure_video(Blob const& wire_config, SteadyTime arrival) {
    if (video_.configured && video_.wire_config == wire_config) return {};
    auto const config = h264::with_four_byte_lengths(wire_config);
    if (!config) {
        complain("video_header_unusable", config.error().message);
        return {};
    }
    auto track = h264::describe(config->decoder_config);
    if (!track) {
        if (track.error().kind == ErrorKind::unsupported) return std::unexpected(track.error());
        complain("video_header_unusable", track.error().message);
        return {};
    }
    auto decoder_config = track->decoder_config;
    auto configured = configure(video_, std::move(*track), arrival);
    if (!configured) return configured;
    video_.configured = true;
    video_.wire_config = wire_config;
    nal_length_size_ = config->length_size;
    decoder_config_ = std::move(decoder_config);
    return {};
}

Result<void> MediaInput::take_picture(flv::VideoPacket const& packet, std::uint32_t timestamp,
                                      SteadyTime arrival) {
    auto access_unit = h264::to_four_byte_lengths(packet.data, nal_length_size_);
    auto const contents = access_unit ? contents_of(access_unit->view()) : Contents{.whole = false};
    if (!contents.whole) {
        complain("video_dropped", "a picture whose NAL units do not add up");
        return {};
    }
    if (contents.parameter_sets) {
        auto const adopted = adopt_parameter_sets(access_unit->view(), arrival);
        if (!adopted) return adopted;
    }
    if (!contents.picture) return {};
    if (!video_.configured) {
        complain("video_dropped", "pictures before their sequence header");
        return {};
    }
    auto const dts = timeline_.place(MediaKind::video, timestamp, arrival);
    if (!dts) return {};
    auto const composition = composition_time(packet.composition_time, contents.idr);
    return push(MediaKind::video,
                Sample{.dts = *dts,
                       .composition_offset = composition * kTicksPerMillisecond,
                       .sync = contents.idr,
                       .payload = std::move(*access_unit)},
                kVideoTimescale);
}

std::int32_t MediaInput::composition_time(std::int32_t claimed, bool sync) {
    auto& last = sync ? key_composition_time_ : other_composition_time_;
    if (std::abs(claimed) <= kMostCompositionTime) {
        last = claimed;
    } else {
        complain("video_composition_time", "a picture to be shown seconds from its decode time");
    }
    return last;
}

Result<void> MediaInput::push(MediaKind kind, Sample sample, std::uint32_t timescale) {
    auto const whole = sample.dts / timescale;
    auto const rest = sample.dts % timescale;
    auto const time = seconds(whole) + microseconds(rest * 1'000'000 / timescale);
    if (!placed_.take(sample.payload.size(), time)) return too_fast();
    publication_.push(kind, std::move(sample));
    return {};
}

Result<void> MediaInput::configure(Input const& input, Track track, SteadyTime arrival) {
    if (input.configured) {
        while (!changes_.empty() && arrival - changes_.front() > kChangesTime) {
            changes_.pop_front();
        }
        if (changes_.size() == kMostChanges) {
            return fail(ErrorKind::too_large, "rtmp media",
                        "The encoder changes its configuration all the time. Restart it, or use "
                        "fixed settings.");
        }
        changes_.push_back(arrival);
    }
    publication_.configure(std::move(track));
    return {};
}

Result<void> MediaInput::adopt_parameter_sets(ByteView access_unit, SteadyTime arrival) {
    auto const found = h264::parameter_sets_of(access_unit);
    auto const present = h264::parse_decoder_config(decoder_config_.view());
    if (present) {
        auto const known = [](std::vector<Bytes> const& have, std::vector<ByteView> const& nals) {
            return std::ranges::all_of(nals, [&have](ByteView n) { return contains(have, n); });
        };
        if (known(present->sps, found.sps) && known(present->pps, found.pps)) return {};
    }
    // What an access unit does not repeat stays as it was.
    auto const sps = found.sps.empty() && present ? views_of(present->sps) : found.sps;
    auto const pps = found.pps.empty() && present ? views_of(present->pps) : found.pps;
    auto const config = h264::decoder_config_of(sps, pps);
    if (!config) {
        complain("video_header_unusable", config.error().message);
        return {};
    }
    auto track = h264::describe(*config);
    if (!track) {
        if (track.error().kind == ErrorKind::unsupported) return std::unexpected(track.error());
        complain("video_header_unusable", track.error().message);
        return {};
    }
    auto decoder_config = track->decoder_config;
    auto configured = configure(video_, std::move(*track), arrival);
    if (!configured) return configured;
    video_.configured = true;
    decoder_config_ = std::move(decoder_config);
    return {};
}

Result<void> MediaInput::take_audio(std::uint32_t timestamp, Blob const& body, SteadyTime arrival) {
    auto const packet = flv::parse_audio(body);
    if (!packet) return refuse(audio_, MediaKind::audio, packet.error());
    if (packet->kind == flv::PacketKind::config) {
        audio_.unsupported_in_a_row = 0;
        return configure_audio(packet->data, arrival);
    }
    if (packet->kind != flv::PacketKind::frame) return {};
    audio_.unsupported_in_a_row = 0;
    if (!audio_.configured) {
        complain("audio_dropped",
                 "sound before its AAC sequence header, without which it cannot be decoded");
        return {};
    }
    if (packet->data.size() > kMaxAudioFrame) {
        complain("audio_dropped", "a frame longer than any of AAC");
        return {};
    }
    auto const dts = timeline_.place(MediaKind::audio, timestamp, arrival);
    if (!dts) return {};
    return push(MediaKind::audio, Sample{.dts = *dts, .sync = true, .payload = packet->data},
                audio_rate_);
}

Result<void> MediaInput::configure_audio(Blob const& wire_config, SteadyTime arrival) {
    if (audio_.configured && audio_.wire_config == wire_config) return {};
    auto track = aac::describe(wire_config);
    if (!track) {
        if (track.error().kind == ErrorKind::unsupported) return std::unexpected(track.error());
        complain("audio_header_unusable", track.error().message);
        return {};
    }
    auto const format = track->audio();
    auto configured = configure(audio_, std::move(*track), arrival);
    if (!configured) return configured;
    audio_.configured = true;
    audio_.wire_config = wire_config;
    audio_rate_ = format.sample_rate;
    timeline_.set_audio(format);
    return {};
}

void MediaInput::complain(std::string_view event, std::string_view reason) {
    if (!complained_.insert(event).second) return;
    log::warning(event, {{"reason", reason}}, context_);
}

}  // namespace directfanz::rtmp
