#include "app/data_folder.hpp"

#include "platform/schema/schema.hpp"
#include "system/db/migrate.hpp"
#include "system/db/postgres.hpp"
#include "system/db/sqlite.hpp"

#include <array>
#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

namespace directfanz::app {
namespace {

constexpr std::string_view kDatabase = "directfanz.db";
constexpr std::string_view kLock = "serve.lock";
constexpr std::string_view kListening = "listening.json";

std::string reason(int code) {
    return std::generic_category().message(code);
}

std::unexpected<Error> cannot_use(std::filesystem::path const& folder, std::string_view why) {
    return fail(ErrorKind::io, "",
                fmt::format("cannot use the data folder {}: {}", folder.string(), why));
}

/// Of the whole file. These belong to the open file: they go when it is closed, in whatever way,
/// and can be asked for without being taken.
struct flock whole_file() {
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

}  // namespace

Result<void> make_data_folder(std::filesystem::path const& folder) {
    std::error_code error;
    auto const whole = std::filesystem::absolute(folder, error).lexically_normal();
    if (error) return cannot_use(folder, error.message());
    if (!std::filesystem::exists(whole, error)) {
        std::filesystem::create_directories(whole.parent_path(), error);
        if (error) return cannot_use(folder, error.message());
        if (::mkdir(whole.c_str(), 0700) != 0 && errno != EEXIST) {
            return cannot_use(folder, reason(errno));
        }
    }
    if (!std::filesystem::is_directory(whole, error)) return cannot_use(folder, "it is a file");
    if (::access(whole.c_str(), R_OK | W_OK | X_OK) != 0) return cannot_use(folder, reason(errno));
    return {};
}

Result<void> expect_data(Settings const& settings) {
    if (!settings.database_url.empty()) return {};
    auto const& folder = settings.data;
    constexpr std::string_view advice =
        "name another with --data, or create a stream first: directfanz stream create";
    std::error_code error;
    auto const missing = [&](std::string_view what) {
        return fail(ErrorKind::not_found, "",
                    fmt::format("the data folder {} {}; {}", folder.string(), what, advice));
    };
    if (!std::filesystem::exists(folder, error)) return missing("does not exist");
    if (!std::filesystem::exists(folder / kDatabase, error)) return missing("holds no database");
    return {};
}

Result<std::unique_ptr<db::Database>> open_data(Settings const& settings,
                                                std::size_t max_connections) {
    auto made = make_data_folder(settings.data);
    if (!made) return std::unexpected(std::move(made.error()));
    auto database =
        settings.database_url.empty()
            ? db::open_sqlite(
                  {.file = settings.data / kDatabase, .max_connections = max_connections})
            : db::open_postgres({.url = settings.database_url, .max_connections = max_connections});
    if (!database) return database;
    auto const migrated = db::migrate(**database, schema::migrations());
    if (!migrated) return std::unexpected(migrated.error());
    return database;
}

Result<ServeLock> ServeLock::take(std::filesystem::path const& folder) {
    auto const file = (folder / kLock).string();
    auto const descriptor = ::open(file.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor < 0) return cannot_use(folder, reason(errno));
    ServeLock lock(descriptor);
    auto whole = whole_file();
    if (::fcntl(descriptor, F_OFD_SETLK, &whole) != 0) {
        if (errno != EAGAIN && errno != EACCES) return cannot_use(folder, reason(errno));
        std::array<char, 32> process{};
        auto const size = ::pread(descriptor, process.data(), process.size(), 0);
        return fail(ErrorKind::conflict, "",
                    fmt::format("another server (process {}) already uses the data folder {}; "
                                "stop it, or choose another folder with --data",
                                std::string_view(process.data(),
                                                 size > 0 ? static_cast<std::size_t>(size) : 0),
                                folder.string()));
    }
    // Only for the sentence above: the lock itself is what counts.
    auto const process = std::to_string(::getpid());
    if (::ftruncate(descriptor, 0) != 0 ||
        ::pwrite(descriptor, process.data(), process.size(), 0) < 0) {
        return cannot_use(folder, reason(errno));
    }
    return lock;
}

bool ServeLock::is_held(std::filesystem::path const& folder) {
    auto const file = (folder / kLock).string();
    auto const descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
    if (descriptor < 0) return false;
    auto whole = whole_file();
    auto const asked = ::fcntl(descriptor, F_OFD_GETLK, &whole) == 0;
    ::close(descriptor);
    return asked && whole.l_type != F_UNLCK;
}

ServeLock::ServeLock(ServeLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

ServeLock::~ServeLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Result<void> write_listening(std::filesystem::path const& folder, Listening const& listening) {
    nlohmann::ordered_json json{{"http", listening.http}, {"rtmp", listening.rtmp}};
    if (!listening.https.empty()) json["https"] = listening.https;
    if (!listening.rtmps.empty()) json["rtmps"] = listening.rtmps;
    if (!listening.metrics.empty()) json["metrics"] = listening.metrics;
    auto const file = folder / kListening;
    auto const beside = file.string() + ".new";
    {
        std::ofstream out(beside, std::ios::trunc);
        out << json.dump() << '\n';
        out.close();
        if (!out) return cannot_use(folder, fmt::format("{} cannot be written", beside));
    }
    std::error_code error;
    std::filesystem::rename(beside, file, error);
    if (error) return cannot_use(folder, error.message());
    return {};
}

void forget_listening(std::filesystem::path const& folder) {
    std::error_code ignored;
    std::filesystem::remove(folder / kListening, ignored);
}

std::optional<Listening> read_listening(std::filesystem::path const& folder) {
    if (!ServeLock::is_held(folder)) return std::nullopt;
    std::ifstream in(folder / kListening);
    auto const json = nlohmann::json::parse(in, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    auto const text = [&json](char const* name) {
        auto const found = json.find(name);
        return found != json.end() && found->is_string() ? found->get<std::string>()
                                                         : std::string();
    };
    Listening listening{.http = text("http"),
                        .rtmp = text("rtmp"),
                        .https = text("https"),
                        .rtmps = text("rtmps"),
                        .metrics = text("metrics")};
    if (listening.http.empty() || listening.rtmp.empty()) return std::nullopt;
    return listening;
}

}  // namespace directfanz::app
