#pragma once

#include "app/settings.hpp"
#include "base/result.hpp"
#include "system/db/database.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

/// What lies in the data folder: directfanz.db, serve.lock, listening.json.
namespace directfanz::app {

/// Creates the folder, and those above it, if it is missing; for its owner only.
Result<void> make_data_folder(std::filesystem::path const& folder);

/// Error: not_found, in words, where SQLite is to be used and there is no folder, or no database in
/// it.
Result<void> expect_data(Settings const& settings);

/// Opens the database of the settings, brings it up to date, and creates the folder, and SQLite's
/// file in it, if they are missing.
Result<std::unique_ptr<db::Database>> open_data(Settings const& settings,
                                                std::size_t max_connections);

/// Held by the one server of a folder. The system gives it back when the process ends, however that
/// happens.
class ServeLock {
  public:
    /// Error: conflict while another process holds it.
    static Result<ServeLock> take(std::filesystem::path const& folder);

    /// Whether a server holds it at present. Takes nothing: no server is kept from starting by it.
    static bool is_held(std::filesystem::path const& folder);

    ServeLock(ServeLock&& other) noexcept;
    ServeLock& operator=(ServeLock&&) = delete;
    ~ServeLock();

  private:
    explicit ServeLock(int descriptor) : descriptor_(descriptor) {}

    int descriptor_;
};

/// Where a server listens, such as "127.0.0.1:8080"; port 0 is resolved, a wildcard address stays.
struct Listening {
    std::string http;
    std::string rtmp;
    /// Empty: off.
    std::string https = {};
    std::string rtmps = {};
    std::string metrics = {};

    bool operator==(Listening const&) const = default;
};

/// Whole or not at all: written beside and renamed.
Result<void> write_listening(std::filesystem::path const& folder, Listening const& listening);

/// Nothing if no server runs on the folder, or the file is not readable. What a server left behind
/// that has ended is no address.
std::optional<Listening> read_listening(std::filesystem::path const& folder);

/// Takes away what an earlier server left behind. By the holder of the lock.
void forget_listening(std::filesystem::path const& folder);

}  // namespace directfanz::app
