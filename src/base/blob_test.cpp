#include "base/blob.hpp"

#include "base/property_test.hpp"

#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace directfanz {
namespace {

using testing::for_all_seeds;
using testing::Generator;

TEST(Blob, IsEmptyByDefault) {
    Blob const blob;
    EXPECT_TRUE(blob.empty());
    EXPECT_EQ(blob.size(), 0U);
    EXPECT_EQ(blob, Blob(Bytes{}));
}

TEST(Blob, TakesABufferOverWithoutACopy) {
    Bytes bytes(1000, 7);
    auto const* const address = bytes.data();
    Blob const blob(std::move(bytes));
    EXPECT_EQ(blob.data(), address);
    EXPECT_EQ(blob.size(), 1000U);
}

TEST(Blob, TakesTextOverWithoutACopy) {
    std::string text(1000, 'x');
    auto const* const address = text.data();
    Blob const blob(std::move(text));
    EXPECT_EQ(static_cast<void const*>(blob.data()), address);
    EXPECT_EQ(blob.text(), std::string(1000, 'x'));
}

TEST(Blob, KeepsShortTextThoughTheStringHoldsItInside) {
    Blob const blob(std::string("short"));
    EXPECT_EQ(blob.text(), "short");
}

TEST(Blob, CopiesShareTheBytes) {
    Blob const first(Bytes{1, 2, 3});
    Blob const second = first;
    EXPECT_EQ(first.data(), second.data());
}

TEST(Blob, CopyOfDoesNotShare) {
    Bytes const bytes{1, 2, 3};
    auto const blob = Blob::copy_of(bytes);
    EXPECT_NE(blob.data(), bytes.data());
    EXPECT_EQ(blob, Blob(Bytes{1, 2, 3}));
}

TEST(Blob, ASliceSharesAndOutlivesTheWhole) {
    std::optional<Blob> whole(Bytes{1, 2, 3, 4, 5});
    auto const slice = whole->slice(1, 3);
    EXPECT_EQ(slice.data(), whole->data() + 1);
    whole.reset();
    EXPECT_EQ(slice, Blob(Bytes{2, 3, 4}));
}

TEST(Blob, ASliceReachesToTheEndUnlessTold) {
    Blob const blob(Bytes{1, 2, 3});
    EXPECT_EQ(blob.slice(1), Blob(Bytes{2, 3}));
    EXPECT_EQ(blob.slice(0), blob);
}

TEST(Blob, ASliceIsClampedToTheEnd) {
    for_all_seeds([](Generator& any) {
        auto const bytes = any.bytes(20);
        Blob const blob{Bytes(bytes)};
        auto const offset = any.one_in(4) ? any.bits(64) : any.bits(5);
        auto const count = any.one_in(4) ? any.bits(64) : any.bits(5);
        Bytes expected;
        for (std::size_t i = offset; i < bytes.size() && i - offset < count; ++i) {
            expected.push_back(bytes[i]);
        }
        EXPECT_EQ(blob.slice(offset, count), Blob(std::move(expected)));
    });
}

TEST(Blob, EqualsByContent) {
    EXPECT_EQ(Blob(Bytes{1, 2}), Blob(Bytes{1, 2}));
    EXPECT_FALSE(Blob(Bytes{1, 2}) == Blob(Bytes{1, 3}));
    EXPECT_FALSE(Blob(Bytes{1, 2}) == Blob(Bytes{1, 2, 0}));
}

}  // namespace
}  // namespace directfanz
