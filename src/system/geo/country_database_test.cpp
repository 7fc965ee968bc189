#include "system/geo/country_database.hpp"

#include "base/property_test.hpp"
#include "system/db/test_folder.hpp"

#include <fstream>
#include <map>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace directfanz::geo {
namespace {

using ::testing::HasSubstr;

/// What npm brought; tests run in the project's folder.
constexpr std::string_view kFile =
    "node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb";
constexpr std::string_view kFileOfIpv4 =
    "node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country-ipv4.mmdb";

class CountryDatabaseTest : public ::testing::Test {
  protected:
    static std::shared_ptr<CountryDatabase const> open(std::string_view file = kFile) {
        auto opened = CountryDatabase::open(file);
        if (!opened) throw std::runtime_error(describe(opened.error()));
        return *opened;
    }
};

TEST_F(CountryDatabaseTest, TellsTheCountryOfAnAddress) {
    auto const database = open();
    // Networks of national operators, in the same hands for decades.
    std::map<std::string, std::string> const known{
        {"193.99.144.80", "DE"},     {"130.149.7.201", "DE"}, {"133.11.0.1", "JP"},
        {"129.132.1.1", "CH"},       {"18.9.22.69", "US"},    {"2001:638::1", "DE"},
        {"::ffff:129.132.1.1", "CH"}};
    for (auto const& [address, country] : known) {
        EXPECT_EQ(database->country_of(address), country) << address;
    }
}

TEST_F(CountryDatabaseTest, AnAddressOfNoCountryHasNone) {
    auto const database = open();
    for (std::string_view const address :
         {"127.0.0.1", "10.0.0.1", "::1", "fe80::1", "0.0.0.0", "255.255.255.255", "",
          "example.org", "1.2.3", "1.2.3.4:80", "::ffff:10.0.0.1"}) {
        EXPECT_EQ(database->country_of(address), std::nullopt) << address;
    }
}

TEST_F(CountryDatabaseTest, AFileOfIpv4AloneKnowsNoOther) {
    auto const database = open(kFileOfIpv4);
    EXPECT_EQ(database->country_of("129.132.1.1"), "CH");
    EXPECT_EQ(database->country_of("::ffff:129.132.1.1"), "CH");
    EXPECT_EQ(database->country_of("2001:638::1"), std::nullopt);
}

TEST_F(CountryDatabaseTest, EveryAnswerIsACountry) {
    auto const database = open();
    using directfanz::testing::Generator;
    int found = 0;
    directfanz::testing::for_all_seeds([&](Generator& any) {
        auto const v4 = any.bytes_exactly(4);
        std::string address;
        for (auto const byte : v4) address += (address.empty() ? "" : ".") + std::to_string(byte);
        auto const country = database->country_of(address);
        if (!country) return;
        ++found;
        EXPECT_THAT(*country, ::testing::MatchesRegex("[A-Z][A-Z]")) << address;
    });
    EXPECT_GT(found, 250);
}

TEST_F(CountryDatabaseTest, ManyThreadsMayAskAtOnce) {
    auto const database = open();
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&database] {
            for (int n = 0; n < 2'000; ++n) {
                ASSERT_EQ(database->country_of("129.132.1.1"), "CH");
            }
        });
    }
}

TEST_F(CountryDatabaseTest, SaysWhatItIs) {
    EXPECT_THAT(open()->kind(), HasSubstr("country"));
}

TEST_F(CountryDatabaseTest, AFileThatIsNotThereIsToldInWords) {
    auto const missing = CountryDatabase::open("/nowhere/countries.mmdb");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::io);
    EXPECT_THAT(missing.error().message, HasSubstr("cannot read /nowhere/countries.mmdb"));
}

TEST_F(CountryDatabaseTest, AnyOtherFileIsRefusedInWords) {
    TestFolder const folder;
    auto const file = folder / "x.mmdb";
    for (std::size_t const size : {0U, 1U, 5'000U}) {
        std::ofstream(file, std::ios::trunc) << std::string(size, 'x');
        auto const refused = CountryDatabase::open(file);
        ASSERT_FALSE(refused);
        EXPECT_THAT(describe(refused.error()), HasSubstr("x.mmdb"));
    }
}

TEST_F(CountryDatabaseTest, ACutFileFindsNothingOrIsRefused) {
    TestFolder const folder;
    std::ifstream in(std::string(kFile), std::ios::binary);
    std::string const whole(std::istreambuf_iterator<char>(in), {});
    for (auto const part : {whole.size() / 3, whole.size() - 1'000}) {
        auto const file = folder / std::to_string(part);
        // The end describes the file; the middle is gone.
        std::ofstream(file, std::ios::binary)
            << whole.substr(0, part / 2) << whole.substr(whole.size() - part / 2);
        auto const database = CountryDatabase::open(file);
        if (!database) continue;
        for (std::string_view const address : {"129.132.1.1", "1.1.1.1", "2001:638::1"}) {
            (void)(*database)->country_of(address);
        }
    }
}

}  // namespace
}  // namespace directfanz::geo
