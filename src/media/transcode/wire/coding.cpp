#include "media/transcode/wire/coding.hpp"

#include "base/byte_reader.hpp"
#include "base/byte_writer.hpp"

#include <concepts>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace directfanz::wire {

namespace {

constexpr std::string_view kWhere = "transcode.wire";

/// Writes what Reading reads, field by field; the two have the same face, so that one fields()
/// function describes a message for both.
class Writing {
  public:
    template <std::integral T>
    void number(T const& v) {
        if constexpr (sizeof(T) == 1) {
            out_.u8(static_cast<std::uint8_t>(v));
        } else if constexpr (sizeof(T) == 4) {
            out_.u32(static_cast<std::uint32_t>(v));
        } else {
            out_.u64(static_cast<std::uint64_t>(v));
        }
    }

    template <typename T>
    void choice(T const& v, T) {
        out_.u8(static_cast<std::uint8_t>(v));
    }

    void text(std::string const& v) {
        if (v.size() > kMaxText) ok_ = false;
        out_.u16(static_cast<std::uint16_t>(v.size()));
        out_.text(v);
    }

    void blob(Blob const& v) {
        if (v.size() > kMaxDecoderConfig) ok_ = false;
        out_.u32(static_cast<std::uint32_t>(v.size()));
        out_.bytes(v.view());
    }

    void version(std::uint32_t const& v) { out_.u32(v); }
    void payload(Blob const& v) { payload_ = v; }

    template <typename T, typename Field>
    void list(std::vector<T> const& v, std::size_t most, Field field) {
        if (v.size() > most) ok_ = false;
        out_.u8(static_cast<std::uint8_t>(v.size()));
        for (auto const& one : v) field(one);
    }

    Result<Encoded> take() {
        auto const size = out_.size() - kLengthSize + payload_.size();
        if (!ok_ || size > kMaxMessage)
            return fail(ErrorKind::too_large, kWhere, "a message is longer than its limits allow");
        out_.patch_u32(0, static_cast<std::uint32_t>(size));
        return Encoded{out_.take(), std::move(payload_)};
    }

  private:
    ByteWriter out_;
    Blob payload_;
    bool ok_ = true;
};

class Reading {
  public:
    explicit Reading(Blob const& body) : body_(body), in_(body.view()) {}

    template <std::integral T>
    void number(T& v) {
        if constexpr (std::same_as<T, bool>) {
            auto const byte = in_.u8();
            if (byte > 1) in_.set_failed();
            v = byte == 1;
        } else if constexpr (sizeof(T) == 1) {
            v = static_cast<T>(in_.u8());
        } else if constexpr (sizeof(T) == 4) {
            v = static_cast<T>(in_.u32());
        } else {
            v = static_cast<T>(in_.u64());
        }
    }

    template <typename T>
    void choice(T& v, T last) {
        auto const byte = in_.u8();
        if (byte > static_cast<std::uint8_t>(last)) {
            in_.set_failed();
        } else {
            v = static_cast<T>(byte);
        }
    }

    void text(std::string& v) {
        auto const size = in_.u16();
        if (size > kMaxText) too_large_ = true;
        v = in_.text(size);
    }

    void blob(Blob& v) {
        auto const size = in_.u32();
        if (size > kMaxDecoderConfig) too_large_ = true;
        auto const at = in_.position();
        in_.skip(size);
        if (in_.ok()) v = body_.slice(at, size);
    }

    void version(std::uint32_t& v) {
        v = in_.u32();
        if (in_.ok() && v != kVersion) other_version_ = v;
    }

    void payload(Blob& v) {
        v = body_.slice(in_.position());
        in_.rest();
    }

    template <typename T, typename Field>
    void list(std::vector<T>& v, std::size_t most, Field field) {
        auto const count = in_.u8();
        if (count > most) {
            too_large_ = true;
            return;
        }
        v.resize(count);
        for (auto& one : v) field(one);
    }

    std::uint8_t type() { return in_.u8(); }

    Result<void> end() const {
        if (other_version_) {
            return fail(ErrorKind::unsupported, kWhere,
                        "the peer speaks version " + std::to_string(*other_version_) +
                            " of the worker's protocol, this program speaks " +
                            std::to_string(kVersion) + ": restart the server after an upgrade");
        }
        if (too_large_)
            return fail(ErrorKind::too_large, kWhere, "a field is longer than its limit");
        if (!in_.ok()) return fail(ErrorKind::invalid, kWhere, "a message is damaged");
        if (!in_.at_end())
            return fail(ErrorKind::invalid, kWhere, "a message goes on behind its end");
        return {};
    }

  private:
    Blob const& body_;
    ByteReader in_;
    std::optional<std::uint32_t> other_version_;
    bool too_large_ = false;
};

/// T& for Reading, T const& for Writing.
template <typename T, typename Message>
concept MessageOf = std::same_as<std::remove_const_t<T>, Message>;

void fields(auto& io, MessageOf<Rung> auto& m) {
    io.text(m.name);
    io.number(m.width);
    io.number(m.height);
    io.number(m.bitrate);
    io.number(m.frame_divisor);
}

void fields(auto& io, MessageOf<Setup> auto& m) {
    io.version(m.version);
    io.text(m.title);
    io.list(m.rungs, kMaxRungs, [&io](auto& rung) { fields(io, rung); });
    io.text(m.encoder);
    io.number(m.audio_bitrate);
    io.number(m.audio_only_bitrate);
    io.number(m.thumbnail_interval);
    io.number(m.thumbnail_width);
    io.number(m.key_interval);
}

void describe(auto& io, auto& config) {
    io.choice(config.kind, MediaKind::audio);
    io.choice(config.codec, Codec::aac);
    io.number(config.timescale);
    io.number(config.width);
    io.number(config.height);
    io.blob(config.decoder_config);
}

void fields(auto& io, MessageOf<TrackConfig> auto& m) {
    describe(io, m);
}

void fields(auto& io, MessageOf<Sample> auto& m) {
    io.number(m.dts);
    io.number(m.composition_offset);
    io.number(m.duration);
    io.number(m.sync);
    io.payload(m.payload);
}

void fields(auto& io, MessageOf<VideoSample> auto& m) {
    io.number(m.force_key);
    io.number(m.replay);
    fields(io, m.sample);
}

void fields(auto& io, MessageOf<AudioSample> auto& m) {
    io.number(m.replay);
    fields(io, m.sample);
}

void fields(auto& io, MessageOf<Stalled> auto& m) {
    io.number(m.after);
    io.number(m.until);
    io.number(m.flush);
    io.number(m.force_key);
    io.number(m.silence);
}

void fields(auto& io, MessageOf<Shed> auto& m) {
    io.number(m.level);
    io.number(m.kept);
}

void fields(auto&, MessageOf<Discontinuity> auto&) {}

void fields(auto&, MessageOf<End> auto&) {}

void fields(auto& io, MessageOf<Ready> auto& m) {
    io.version(m.version);
    io.text(m.encoder);
}

void fields(auto& io, MessageOf<RungConfig> auto& m) {
    io.number(m.rung);
    describe(io, m);
}

void fields(auto& io, MessageOf<RungSample> auto& m) {
    io.number(m.rung);
    fields(io, m.sample);
}

void fields(auto& io, MessageOf<Thumbnail> auto& m) {
    io.choice(m.format, PictureFormat::webp);
    io.number(m.width);
    io.number(m.height);
    io.number(m.pts);
    io.payload(m.picture);
}

void fields(auto& io, MessageOf<Statistics> auto& m) {
    io.number(m.newest_in);
    io.number(m.newest_out);
    io.number(m.cpu);
    io.number(m.frames_decoded);
    io.number(m.frames_encoded);
    io.number(m.frames_corrupt);
    io.number(m.shed_level);
}

void fields(auto& io, MessageOf<SoundLevel> auto& m) {
    io.number(m.level);
}

void fields(auto& io, MessageOf<Log> auto& m) {
    io.choice(m.level, LogLevel::error);
    io.text(m.words);
}

template <typename Message>
Result<Encoded> encode_any(Message const& message) {
    Writing out;
    out.number(std::uint32_t{0});
    out.number(static_cast<std::uint8_t>(message.index()));
    std::visit([&out](auto const& m) { fields(out, m); }, message);
    return out.take();
}

/// The variant's alternative number `index`, default constructed; false if it has not so many.
template <typename Message, std::size_t I = 0>
bool emplace(Message& message, std::size_t index) {
    if constexpr (I < std::variant_size_v<Message>) {
        if (index != I) return emplace<Message, I + 1>(message, index);
        message.template emplace<I>();
        return true;
    } else {
        return false;
    }
}

}  // namespace

Result<Encoded> encode(ToWorker const& message) {
    return encode_any(message);
}

Result<Encoded> encode(FromWorker const& message) {
    return encode_any(message);
}

template <typename Message>
Result<Message> decode(Blob const& body) {
    Reading in(body);
    Message message;
    if (!emplace(message, in.type()))
        return fail(ErrorKind::invalid, kWhere, "a message of an unknown type");
    std::visit([&in](auto& m) { fields(in, m); }, message);
    if (auto const end = in.end(); !end) return std::unexpected(end.error());
    return message;
}

template Result<ToWorker> decode(Blob const& body);
template Result<FromWorker> decode(Blob const& body);

}  // namespace directfanz::wire
