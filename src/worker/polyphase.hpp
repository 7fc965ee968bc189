#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace directfanz::worker {

/// Bicubic taps of one direction: what swscale's bicubic is (B = 0, C = 0.6), widened by the ratio
/// when a picture becomes smaller, in integers of 14 bits behind the point.
struct PolyphaseTaps {
    static constexpr int kBits = 14;
    static constexpr int kMostTaps = 8;

    PolyphaseTaps(int from, int to);

    /// 4, 6 or 8.
    int count = 0;
    /// Of each output, its first input; negative or too far on at the edges.
    std::vector<int> first;
    /// `count` of them for each output.
    std::vector<std::int16_t> weights;
};

/// Scales planes of 8 bits, first down the columns, then along the rows: 16 bits between, which
/// vector instructions like. A quarter of what swscale takes; both versions give the same bytes.
class PolyphaseScaler {
  public:
    enum class Instructions : std::uint8_t { plain, avx2 };

    /// Whether it can do this at all: down to half, and not tiny.
    static bool fits(int from_width, int from_height, int to_width, int to_height);
    /// The best that this machine has.
    static Instructions best();

    PolyphaseScaler(int from_width, int from_height, int to_width, int to_height,
                    Instructions instructions = best());

    void scale(std::uint8_t const* from, std::ptrdiff_t from_stride, std::uint8_t* to,
               std::ptrdiff_t to_stride);

  private:
    /// Outputs that are made together.
    static constexpr int kBlock = 8;

    void lay_out(PolyphaseTaps const& taps);

    int from_width_;
    int from_height_;
    int to_width_;
    int to_height_;
    Instructions instructions_;
    PolyphaseTaps columns_;
    /// Of each output of a row, where eight inputs begin, all inside the row.
    std::vector<std::int32_t> row_first_;
    /// Eight for each output; in a block in the order 0 4 1 5 2 6 3 7, as the two halves of a
    /// register need them.
    std::vector<std::int16_t> row_weights_;
    /// One row between the two directions, 6 bits behind the point.
    std::vector<std::int16_t> between_;
    std::vector<std::uint8_t> row_;
};

/// The two directions of one output row, in each version.
namespace polyphase {

/// Bits behind the point between the two directions.
inline constexpr int kBetweenBits = 6;

/// `rows` holds one pointer for each of the `count` weights.
void columns_plain(std::uint8_t const* const* rows, std::int16_t const* weights, int count,
                   int from, int width, std::int16_t* out);
void row_plain(std::int16_t const* in, std::int32_t const* first, std::int16_t const* weights,
               int blocks, std::uint8_t* out);

#if defined(__x86_64__)
/// Only where the processor has AVX2.
void columns_avx2(std::uint8_t const* const* rows, std::int16_t const* weights, int count,
                  int width, std::int16_t* out);
void row_avx2(std::int16_t const* in, std::int32_t const* first, std::int16_t const* weights,
              int blocks, std::uint8_t* out);
#endif

}  // namespace polyphase

}  // namespace directfanz::worker
