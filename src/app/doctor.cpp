#include "app/doctor.hpp"

#include "app/version.hpp"
#include "app/worker_program.hpp"
#include "media/transcode/encoder_probe.hpp"
#include "media/transcode/worker_pool.hpp"
#include "system/io/event_loop.hpp"
#include "system/io/socket.hpp"

#include <array>
#include <filesystem>
#include <system_error>
#include <thread>

#include <fmt/format.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace directfanz::app {
namespace {

/// The same order in which "auto" prefers them.
constexpr std::array<std::string_view, 4> kEncoders{"nvenc", "qsv", "vaapi", "x264"};

std::string line(std::string_view what, std::string_view answer) {
    return fmt::format("{:<16}{}\n", what, answer);
}

std::string machine() {
    utsname system{};
    struct sysinfo memory{};
    ::uname(&system);
    ::sysinfo(&memory);
    auto const megabytes = memory.totalram * memory.mem_unit >> 20;
    auto const cores = std::thread::hardware_concurrency();
    return line("directfanz", version()) +
           line("machine", fmt::format("{} cores, {} MB, {}, {} {}", cores, megabytes,
                                       system.machine, system.sysname, system.release)) +
           line("transcodes", fmt::format("{} at a time, if transcode.most says nothing",
                                          transcode::transcodes_for(cores)));
}

std::string sandboxes() {
    auto const landlock =
        ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    auto const kill = SECCOMP_RET_KILL_PROCESS;
    auto const seccomp = ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &kill);
    return line("landlock", landlock > 0
                                ? fmt::format("version {}", landlock)
                                : "not in this kernel: workers are held by seccomp alone") +
           line("seccomp", seccomp == 0 ? "yes" : "not in this kernel: workers are held by less");
}

std::string encoders(Settings const& settings) {
    auto const program = find_worker_program(settings);
    if (program.empty()) {
        return line("worker",
                    "not found beside this program, and transcode.worker names none: "
                    "nothing is transcoded");
    }
    auto text = line("worker", program.string());
    for (auto const encoder : kEncoders) {
        auto const found = transcode::probe_encoder(program, std::string(encoder));
        text += line(encoder, found ? fmt::format("yes ({})", *found)
                                    : fmt::format("no: {}", found.error().message));
    }
    return text;
}

std::string port(std::string_view name, std::string_view address) {
    if (address.empty()) return "";
    auto const endpoint = io::parse_endpoint(address);
    if (!endpoint) return line(name, endpoint.error().message);
    io::EventLoop loop;
    auto const listening = io::listen(loop, *endpoint);
    return line(name,
                fmt::format("{}: {}", address, listening ? "free" : listening.error().message));
}

std::string data_folder(std::filesystem::path const& folder) {
    std::error_code error;
    if (!std::filesystem::exists(folder, error))
        return line("data", fmt::format("{}: does not exist yet", folder.string()));
    auto const writable = ::access(folder.c_str(), W_OK) == 0;
    auto const space = std::filesystem::space(folder, error);
    return line("data", fmt::format("{}: {}, {} MB free", folder.string(),
                                    writable ? "writable" : "not writable",
                                    error ? 0 : space.available >> 20));
}

}  // namespace

std::string examine(LoadedSettings const& loaded) {
    auto const& settings = loaded.settings;
    return machine() + sandboxes() + encoders(settings) + port("http", settings.http) +
           port("https", settings.https) + port("rtmp", settings.rtmp) +
           port("rtmps", settings.rtmps) + data_folder(settings.data);
}

}  // namespace directfanz::app
