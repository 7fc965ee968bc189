#include "base/digest.hpp"

#include <gtest/gtest.h>

namespace directfanz {
namespace {

TEST(Hex, IsLowerCaseAndTwoDigitsAByte) {
    EXPECT_EQ(to_hex(Bytes{0x00, 0x0F, 0xA5, 0xFF}), "000fa5ff");
    EXPECT_EQ(to_hex({}), "");
}

// FIPS 180-4's examples.
TEST(Sha256, AgreesWithTheStandard) {
    EXPECT_EQ(to_hex(sha256(as_bytes("abc"))),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(to_hex(sha256({})),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace directfanz
