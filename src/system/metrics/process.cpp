#include "system/metrics/process.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

namespace directfanz::metrics {
namespace {

Family one(std::string name, std::string help, Kind kind, double value) {
    return {.name = std::move(name),
            .help = std::move(help),
            .kind = kind,
            .metrics = {{.labels = {}, .value = value}}};
}

/// The fields of /proc/self/stat behind the program's name (proc(5)); the first is the state, which
/// is field 3 there.
std::vector<std::string> stat_fields() {
    std::ifstream file("/proc/self/stat");
    std::string const line{std::istreambuf_iterator<char>(file), {}};
    auto const name_end = line.rfind(')');
    if (name_end == std::string::npos) return {};
    std::istringstream rest(line.substr(name_end + 1));
    return {std::istream_iterator<std::string>(rest), {}};
}

std::optional<double> number_at(std::vector<std::string> const& fields, std::size_t field) {
    auto const index = field - 3;
    if (index >= fields.size()) return std::nullopt;
    double number = 0;
    auto const& text = fields[index];
    auto const read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc()) return std::nullopt;
    return number;
}

/// "btime 1700000000": when the machine was started, seconds since 1970.
std::optional<double> boot_time() {
    std::ifstream file("/proc/stat");
    std::string word;
    double number = 0;
    while (file >> word) {
        if (word == "btime" && file >> number) return number;
        file.ignore(1 << 16, '\n');
    }
    return std::nullopt;
}

}  // namespace

std::vector<Family> process_metrics() {
    std::vector<Family> families;
    auto const ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    auto const page = static_cast<double>(::sysconf(_SC_PAGESIZE));
    auto const fields = stat_fields();
    auto const user = number_at(fields, 14);
    auto const system = number_at(fields, 15);
    if (user && system) {
        families.push_back(one("process_cpu_seconds_total",
                               "User and system time of the process, in seconds.", Kind::counter,
                               (*user + *system) / ticks));
    }
    if (auto const pages = number_at(fields, 24)) {
        families.push_back(one("process_resident_memory_bytes", "Resident memory, in bytes.",
                               Kind::gauge, *pages * page));
    }
    // Beside resident memory it tells a leak from memory that was freed and is kept for later.
    auto const memory = ::mallinfo2();
    families.push_back(one("process_allocated_memory_bytes",
                           "Memory that was allocated and not freed, in bytes.", Kind::gauge,
                           static_cast<double>(memory.uordblks + memory.hblkhd)));
    auto const started = number_at(fields, 22);
    auto const booted = boot_time();
    if (started && booted) {
        families.push_back(one("process_start_time_seconds",
                               "When the process was started, in seconds since 1970.", Kind::gauge,
                               *booted + *started / ticks));
    }
    std::error_code error;
    std::filesystem::directory_iterator const descriptors("/proc/self/fd", error);
    if (!error) {
        // The folder itself is open while it is read.
        auto const open = std::distance(begin(descriptors), end(descriptors)) - 1;
        families.push_back(one("process_open_fds", "Open file descriptors.", Kind::gauge,
                               static_cast<double>(open)));
    }
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        families.push_back(one("process_max_fds", "File descriptors that may be open.", Kind::gauge,
                               static_cast<double>(limit.rlim_cur)));
    }
    return families;
}

}  // namespace directfanz::metrics
