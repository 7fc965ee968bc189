#include "system/geo/country_database.hpp"

#include "system/io/address_range.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fmt/format.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace directfanz::geo {
namespace {

using Path = std::array<char const*, 3>;

/// Where the country stands: MaxMind's, what it registers for those that are nowhere (satellites),
/// and ip-location-db's.
constexpr std::array<Path, 3> kPaths{Path{"country", "iso_code", nullptr},
                                     Path{"registered_country", "iso_code", nullptr},
                                     Path{"country_code", nullptr, nullptr}};

/// An address of the kernel's kind, IPv4 as itself: a file of IPv4 alone knows no other.
class SocketAddress {
  public:
    explicit SocketAddress(io::IpAddress const& address) {
        if (io::is_v4(address)) {
            auto& v4 = reinterpret_cast<sockaddr_in&>(storage_);
            v4.sin_family = AF_INET;
            std::memcpy(&v4.sin_addr, address.bytes.data() + 12, 4);
        } else {
            auto& v6 = reinterpret_cast<sockaddr_in6&>(storage_);
            v6.sin6_family = AF_INET6;
            std::memcpy(&v6.sin6_addr, address.bytes.data(), 16);
        }
    }

    sockaddr const* get() const { return reinterpret_cast<sockaddr const*>(&storage_); }

  private:
    sockaddr_storage storage_{};
};

bool is_country(std::string_view text) {
    return text.size() == 2 &&
           std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

CountryDatabase::CountryDatabase(std::unique_ptr<MMDB_s> database)
    : database_(std::move(database)) {}

CountryDatabase::~CountryDatabase() {
    MMDB_close(database_.get());
}

Result<std::shared_ptr<CountryDatabase const>> CountryDatabase::open(
    std::filesystem::path const& file) {
    auto database = std::make_unique<MMDB_s>();
    auto const status = MMDB_open(file.c_str(), MMDB_MODE_MMAP, database.get());
    if (status == MMDB_SUCCESS) {
        return std::shared_ptr<CountryDatabase const>(new CountryDatabase(std::move(database)));
    }
    if (status == MMDB_FILE_OPEN_ERROR || status == MMDB_IO_ERROR) {
        return fail(ErrorKind::io, "country database",
                    fmt::format("cannot read {}: {}", file.string(),
                                std::generic_category().message(errno)));
    }
    return fail(ErrorKind::unsupported, "country database",
                fmt::format("{} is not a database in MaxMind's format: {}", file.string(),
                            MMDB_strerror(status)));
}

std::optional<std::string> CountryDatabase::country_of(std::string_view address) const {
    auto const parsed = io::parse_ip(address);
    if (!parsed) return std::nullopt;
    int status = MMDB_SUCCESS;
    auto found = MMDB_lookup_sockaddr(database_.get(), SocketAddress(*parsed).get(), &status);
    if (status != MMDB_SUCCESS || !found.found_entry) return std::nullopt;
    for (auto const& path : kPaths) {
        MMDB_entry_data_s data{};
        if (MMDB_aget_value(&found.entry, &data, path.data()) != MMDB_SUCCESS) continue;
        if (!data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING) continue;
        std::string_view const text(data.utf8_string, data.data_size);
        if (is_country(text)) return std::string(text);
    }
    return std::nullopt;
}

std::string CountryDatabase::kind() const {
    return database_->metadata.database_type;
}

}  // namespace directfanz::geo
