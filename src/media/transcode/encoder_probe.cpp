#include "media/transcode/encoder_probe.hpp"

#include "media/codec/decoder_config.hpp"
#include "media/transcode/worker_link.hpp"
#include "system/io/event_loop.hpp"
#include "system/io/timer.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace directfanz::transcode {
namespace {

constexpr seconds kProbeTime{10};
/// More than any encoder holds back.
constexpr int kPictures = 12;

/// One black picture of 64x64, baseline profile.
constexpr std::uint8_t kSps[]{0x67, 0x42, 0xc0, 0x0a, 0xda, 0x10, 0x9b, 0x01, 0x10, 0x00, 0x00,
                              0x03, 0x00, 0x10, 0x00, 0x00, 0x03, 0x03, 0x20, 0xf1, 0x22, 0x6a};
constexpr std::uint8_t kPps[]{0x68, 0xce, 0x0f, 0xc8};
constexpr std::uint8_t kPicture[]{0x00, 0x00, 0x00, 0x16, 0x65, 0x88, 0x84, 0x3a, 0x26,
                                  0x28, 0x00, 0x09, 0x02, 0xc9, 0xc9, 0xc9, 0xd7, 0x5d,
                                  0x75, 0xd7, 0x5d, 0x75, 0xd7, 0x5d, 0x75, 0xe0};

/// The kernel's sign of a card that an encoder could use; none for one that needs no card.
constexpr std::array<std::pair<std::string_view, std::array<char const*, 2>>, 3> kCards{{
    {"nvenc", {"/dev/nvidiactl", "/dev/dxg"}},
    {"qsv", {"/dev/dri", "/dev/dxg"}},
    {"vaapi", {"/dev/dri", "/dev/dxg"}},
}};

/// Told without starting anything: most servers have no card, and one that comes back after a crash
/// is waited for.
Result<void> expect_card(std::string_view encoder) {
    for (auto const& [name, signs] : kCards) {
        if (name != encoder) continue;
        for (auto const* const sign : signs) {
            if (std::error_code error; std::filesystem::exists(sign, error)) return {};
        }
        return fail(ErrorKind::unavailable, "encoder",
                    fmt::format("this machine shows no graphics card for it: there is no {}",
                                signs.front()));
    }
    return {};
}

class Probe {
  public:
    Probe(io::EventLoop& loop, std::string encoder) : loop_(loop), encoder_(std::move(encoder)) {}

    io::Task<> run(std::filesystem::path worker) {
        auto started = WorkerLink::start(loop_, {.path = worker, .encoder = encoder_});
        if (!started) {
            answer_ = std::unexpected(std::move(started.error()));
            loop_.stop();
            co_return;
        }
        link_ = std::move(*started);
        link_->set_handlers({.on_message = [this](wire::FromWorker message) { take(message); },
                             .on_lost = [this](std::string const& why) { lost(why); }});
        send();
        co_await io::sleep_for(loop_, kProbeTime);
        finish(fail(ErrorKind::timeout, encoder_, "it did not answer in time"));
    }

    Result<std::string> take_answer() {
        link_.reset();
        return std::move(answer_);
    }

  private:
    void send() {
        // Cards refuse small pictures, as NVIDIA's of 2018 and later do what is narrower than 145.
        link_->send(wire::Setup{
            .rungs = {{.name = "probe", .width = 640, .height = 360, .bitrate = 500'000}},
            .encoder = encoder_});
        ByteView const sps[]{kSps};
        ByteView const pps[]{kPps};
        auto config = h264::decoder_config_of(sps, pps);
        if (!config) return finish(std::unexpected(std::move(config.error())));
        link_->send(wire::TrackConfig{.width = 64, .height = 64, .decoder_config = *config});
        for (auto i = 0; i < kPictures; ++i) {
            link_->send(wire::VideoSample{
                .sample = {.dts = i * 3'600, .sync = true, .payload = Blob::copy_of(kPicture)}});
        }
        link_->send(wire::End{});
    }

    void take(wire::FromWorker const& message) {
        if (auto const* const ready = std::get_if<wire::Ready>(&message)) name_ = ready->encoder;
        if (auto const* const words = std::get_if<wire::Log>(&message)) said_ = words->words;
        if (std::holds_alternative<wire::RungSample>(message)) finish(name_);
    }

    void lost(std::string const& why) {
        finish(fail(ErrorKind::unavailable, encoder_, said_.empty() ? why : said_));
    }

    void finish(Result<std::string> answer) {
        if (std::exchange(finished_, true)) return;
        answer_ = std::move(answer);
        loop_.stop();
    }

    io::EventLoop& loop_;
    std::string encoder_;
    std::unique_ptr<WorkerLink> link_;
    std::string name_;
    /// The worker's last words.
    std::string said_;
    bool finished_ = false;
    Result<std::string> answer_ = std::string();
};

}  // namespace

Result<std::string> probe_encoder(std::filesystem::path const& worker, std::string const& encoder) {
    auto const card = expect_card(encoder);
    if (!card) return std::unexpected(card.error());
    io::EventLoop loop;
    Probe probe(loop, encoder);
    loop.spawn(probe.run(worker));
    loop.run();
    return probe.take_answer();
}

}  // namespace directfanz::transcode
