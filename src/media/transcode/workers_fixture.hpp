#pragma once

#include "media/codec/aac.hpp"
#include "media/codec/decoder_config.hpp"
#include "media/codec/h264.hpp"
#include "media/transcode/worker_pool.hpp"
#include "system/io/timer.hpp"

#include <chrono>
#include <filesystem>
#include <functional>

/// What the tests of workers share: one loop on the test's own thread, a worker that is made of bad
/// habits, and tracks.
namespace directfanz::transcode::testing {

inline std::filesystem::path fake_worker() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path() /
           "media_transcode_fake_worker";
}

/// x264's own for 1280x720.
inline Track video_track() {
    static Bytes const sps{0x67, 0x64, 0x00, 0x1f, 0xac, 0xd9, 0x40, 0x50, 0x05,
                           0xbb, 0x01, 0x10, 0x00, 0x00, 0x03, 0x00, 0x10, 0x00,
                           0x00, 0x03, 0x03, 0xc0, 0xf1, 0x83, 0x19, 0x60};
    static Bytes const pps{0x68, 0xeb, 0xe3, 0xcb, 0x22, 0xc0};
    ByteView const all_sps[]{sps};
    ByteView const all_pps[]{pps};
    return h264::describe(h264::decoder_config_of(all_sps, all_pps).value()).value();
}

inline Track audio_track() {
    return aac::describe(Blob(Bytes{0x11, 0x90})).value();
}

/// A pool of one loop, which runs while run_until() waits.
struct Workers {
    io::LoopPool loops{1};
    WorkerPool pool;

    explicit Workers(std::size_t most = 4, std::filesystem::path program = fake_worker())
        : pool(loops, {.path = std::move(program), .encoder = "x264"}, most) {}

    io::EventLoop& loop() { return loops[0]; }

    /// Runs the loop until `done`; looks after each turn. False after half a minute.
    bool run_until(std::function<bool()> const& done) {
        auto const give_up = steady_now() + seconds(30);
        auto waited = false;
        loop().spawn(look(loop(), done, give_up, waited));
        loop().run();
        loop().context().restart();
        return waited;
    }

    void run_for(milliseconds duration) {
        auto const end = steady_now() + duration;
        run_until([end] { return steady_now() >= end; });
    }

    /// On the loop, as WorkerPool wants to be called.
    void on_loop(std::function<void()> const& work) {
        auto done = false;
        loop().post([&] {
            work();
            done = true;
        });
        run_until([&] { return done; });
    }

  private:
    static io::Task<> look(io::EventLoop& loop, std::function<bool()> const& done,
                           SteadyTime give_up, bool& waited) {
        while (steady_now() < give_up) {
            waited = done();
            if (waited) break;
            co_await io::sleep_for(loop, milliseconds(2));
        }
        loop.stop();
    }
};

}  // namespace directfanz::transcode::testing
