// A worker for tests: no codecs, and every bad habit on request. The broadcast's title says which.

#include "media/transcode/wire/coding.hpp"
#include "media/transcode/wire/message_reader.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <unistd.h>

namespace directfanz::transcode {
namespace {

constexpr int kSocket = 3;

void write_all(ByteView bytes) {
    while (!bytes.empty()) {
        auto const put = ::send(kSocket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (put <= 0) std::_Exit(0);
        bytes = bytes.subspan(static_cast<std::size_t>(put));
    }
}

void say(wire::FromWorker const& message) {
    auto const encoded = wire::encode(message);
    if (!encoded) std::_Exit(10);
    write_all(encoded->head);
    write_all(encoded->payload.view());
}

/// Answers each picture with itself in every rung.
class Fake {
  public:
    void take(wire::ToWorker const& message) {
        if (auto const* const setup = std::get_if<wire::Setup>(&message)) {
            setup_ = *setup;
            if (wants("never begins")) std::raise(SIGABRT);
        } else if (auto const* const track = std::get_if<wire::TrackConfig>(&message)) {
            configure(*track);
        } else if (auto const* const video = std::get_if<wire::VideoSample>(&message)) {
            picture(*video);
        } else if (auto const* const audio = std::get_if<wire::AudioSample>(&message)) {
            if (wants("mute")) return;
            say(wire::SoundLevel{.level = wants("shouts") ? 2'000'000'000 : -205});
            if (setup_.audio_only_bitrate != 0)
                say(wire::RungSample{.rung = wire::kAudioOnlyRung, .sample = audio->sample});
            if (setup_.audio_bitrate != 0)
                say(wire::RungSample{.rung = wire::kAudioRung, .sample = audio->sample});
        } else if (auto const* const shed = std::get_if<wire::Shed>(&message)) {
            shed_ = *shed;
        } else if (auto const* const stalled = std::get_if<wire::Stalled>(&message)) {
            repeat(*stalled);
        } else if (std::holds_alternative<wire::End>(message)) {
            if (wants("never ends")) ::pause();
            std::_Exit(0);
        }
    }

  private:
    bool wants(std::string_view habit) const {
        return setup_.title.find(habit) != std::string::npos;
    }

    void configure(wire::TrackConfig const& track) {
        auto const tell = [&track](std::uint8_t rung, std::uint32_t width, std::uint32_t height) {
            say(wire::RungConfig{.rung = rung,
                                 .kind = track.kind,
                                 .codec = track.codec,
                                 .timescale = track.timescale,
                                 .width = width,
                                 .height = height,
                                 .decoder_config = track.decoder_config});
        };
        if (track.kind == MediaKind::video) {
            for (std::size_t i = 0; i < setup_.rungs.size(); ++i)
                tell(static_cast<std::uint8_t>(i), setup_.rungs[i].width, setup_.rungs[i].height);
            return;
        }
        if (setup_.audio_only_bitrate != 0) tell(wire::kAudioOnlyRung, 0, 0);
        if (setup_.audio_bitrate != 0 || wants("adds sound")) tell(wire::kAudioRung, 0, 0);
    }

    void picture(wire::VideoSample const& video) {
        if (video.replay) return;
        ++pictures_;
        if (wants("crashes") && pictures_ > 20) std::raise(SIGKILL);
        if (wants("hangs") && pictures_ > 20) ::pause();
        if (wants("deaf")) ::pause();
        if (wants("grows") && pictures_ == 20) {
            hoard_.resize(std::size_t{200} << 20, 1);
        }
        if (wants("babbles") && pictures_ > 20) {
            std::array<std::uint8_t, 5> const nonsense{0, 0, 0, 1, 99};
            write_all(nonsense);
        }
        if (wants("races") && pictures_ > 20) {
            auto far = video.sample;
            far.dts = 1'000'000'000'000'000;
            say(wire::RungSample{.rung = 1, .sample = far});
        }
        if (wants("bloats") && pictures_ > 20) {
            auto large = video.sample;
            large.payload = Blob(Bytes((std::size_t{4} << 20) + 1));
            say(wire::RungSample{.rung = 1, .sample = large});
        }
        if (wants("chatters")) {
            for (int i = 0; i < 50; ++i) say(wire::Log{.words = "and another thing"});
        }
        if (wants("invents")) say(wire::RungSample{.rung = 77, .sample = video.sample});
        auto sample = video.sample;
        sample.sync = sample.sync || video.force_key || pictures_ == 1;
        interval_ = pictures_ > 1 ? sample.pts() - newest_ : 0;
        // What pictures that stood in have taken the place of.
        if (pictures_ > 1 && sample.pts() <= newest_) return;
        show(sample);
        if (pictures_ % 10 == 1 && setup_.thumbnail_interval != 0) {
            say(wire::Thumbnail{
                .width = 2, .height = 2, .pts = sample.pts(), .picture = Blob(Bytes{1, 2, 3})});
        }
    }

    void show(Sample const& sample) {
        newest_ = sample.pts();
        auto const off = shed_.level < 2 ? 0U : shed_.level - 1U;
        for (std::size_t i = 0; i < setup_.rungs.size(); ++i) {
            if (i >= shed_.kept && i < shed_.kept + off) continue;
            say(wire::RungSample{.rung = static_cast<std::uint8_t>(i), .sample = sample});
        }
    }

    /// Where the real worker repeats its last picture.
    void repeat(wire::Stalled const& stalled) {
        auto key = stalled.force_key;
        auto const begin = std::max(stalled.after, newest_) + interval_;
        for (auto pts = begin; pts < stalled.until && interval_ > 0; pts += interval_)
            show({.dts = pts, .sync = std::exchange(key, false), .payload = Blob(Bytes{9})});
    }

    wire::Setup setup_;
    wire::Shed shed_;
    std::int64_t newest_ = 0;
    std::int64_t interval_ = 0;
    int pictures_ = 0;
    std::vector<std::uint8_t> hoard_;
};

int run() {
    say(wire::Ready{.encoder = "fake"});
    Fake fake;
    wire::MessageReader<wire::ToWorker> reader;
    std::vector<std::uint8_t> buffer(std::size_t{1} << 16);
    for (;;) {
        auto const got = ::recv(kSocket, buffer.data(), buffer.size(), 0);
        if (got <= 0) return 0;
        auto const messages = reader.feed(ByteView(buffer).first(static_cast<std::size_t>(got)));
        if (!messages) return 11;
        for (auto const& message : *messages) fake.take(message);
    }
}

}  // namespace
}  // namespace directfanz::transcode

int main() {
    return directfanz::transcode::run();
}
