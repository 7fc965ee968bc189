#pragma once

#include "base/bytes.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>

/// For tests alone: properties that must hold whatever the input is.
///
///     for_all_seeds([](Generator& any) {
///         auto const bytes = any.bytes(1000);
///         EXPECT_EQ(decode(encode(bytes)), bytes);
///     });
///
/// The seeds are the same in every run, and a failure names its own.
namespace directfanz::testing {

class Generator {
  public:
    explicit Generator(std::uint64_t seed) : engine_(seed) {}

    /// Both ends included.
    template <typename T>
    T number(T least, T most) {
        auto const span = static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least);
        auto const drawn = span == ~std::uint64_t{0} ? engine_() : engine_() % (span + 1);
        return static_cast<T>(static_cast<std::uint64_t>(least) + drawn);
    }

    std::uint64_t bits(unsigned count) { return count == 0 ? 0 : engine_() >> (64 - count); }

    bool coin() { return bits(1) != 0; }

    /// True once in `n`.
    bool one_in(std::uint64_t n) { return engine_() % n == 0; }

    Bytes bytes_exactly(std::size_t count) {
        Bytes made(count);
        std::ranges::generate(made, [this] { return static_cast<std::uint8_t>(engine_()); });
        return made;
    }

    Bytes bytes(std::size_t most) { return bytes_exactly(number<std::size_t>(0, most)); }

    /// The same bytes in pieces of random sizes, as a network delivers them; views into `whole`.
    std::vector<ByteView> fragments(ByteView whole, std::size_t largest) {
        std::vector<ByteView> pieces;
        while (!whole.empty()) {
            auto const size = number<std::size_t>(1, std::min(largest, whole.size()));
            pieces.push_back(whole.first(size));
            whole = whole.subspan(size);
        }
        return pieces;
    }

  private:
    std::mt19937_64 engine_;
};

/// Runs `property` with `count` generators; ends at the first that fails.
template <typename Property>
void for_all_seeds(Property property, std::uint64_t count = 500) {
    for (std::uint64_t seed = 1; seed <= count; ++seed) {
        SCOPED_TRACE(::testing::Message() << "seed " << seed);
        Generator any(seed);
        property(any);
        if (::testing::Test::HasFailure()) return;
    }
}

}  // namespace directfanz::testing
