#include "base/result.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace directfanz {
namespace {

Result<int> halve(int value) {
    if (value % 2 != 0) return fail(ErrorKind::invalid, "halve", "the number is odd");
    return value / 2;
}

TEST(Result, HoldsAValueOrAnError) {
    EXPECT_EQ(halve(4).value(), 2);
    auto const failed = halve(3);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error(), (Error{ErrorKind::invalid, "halve", "the number is odd"}));
}

TEST(Result, DescribesAnErrorByPlaceAndMessage) {
    EXPECT_EQ(describe(halve(3).error()), "halve: the number is odd");
    EXPECT_EQ(describe(Error{ErrorKind::io, "", "disk full"}), "disk full");
}

TEST(ErrorKind, EachHasItsOwnName) {
    std::set<std::string_view> names;
    for (auto const kind :
         {ErrorKind::invalid, ErrorKind::unsupported, ErrorKind::too_large, ErrorKind::denied,
          ErrorKind::not_found, ErrorKind::conflict, ErrorKind::timeout, ErrorKind::unavailable,
          ErrorKind::closed, ErrorKind::io}) {
        EXPECT_TRUE(names.insert(to_string(kind)).second) << to_string(kind);
    }
    EXPECT_FALSE(names.contains("unknown"));
}

}  // namespace
}  // namespace directfanz
