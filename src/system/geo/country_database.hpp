#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct MMDB_s;

namespace directfanz::geo {

/// Which country an address belongs to, from a file in MaxMind's format: MaxMind's own (GeoLite2,
/// GeoIP2: Country or City), or those of ip-location-db. From any thread; a look-up takes about a
/// microsecond and no lock. The file is mapped: replace it by renaming, never write into it.
class CountryDatabase {
  public:
    /// Error: io or unsupported, in words that name the file.
    static Result<std::shared_ptr<CountryDatabase const>> open(std::filesystem::path const& file);

    ~CountryDatabase();
    CountryDatabase(CountryDatabase const&) = delete;
    CountryDatabase& operator=(CountryDatabase const&) = delete;

    /// ISO 3166-1 alpha-2, in capitals: "DE". Nothing for what is no address, a private one, or one
    /// that the file does not know.
    std::optional<std::string> country_of(std::string_view address) const;

    /// Such as "GeoLite2-Country".
    std::string kind() const;

  private:
    explicit CountryDatabase(std::unique_ptr<MMDB_s> database);

    std::unique_ptr<MMDB_s> database_;
};

}  // namespace directfanz::geo
