#include "worker/polyphase.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

namespace directfanz::worker::polyphase {

namespace {

constexpr int kShift = 15;
constexpr int kUp = kShift - PolyphaseTaps::kBits + kBetweenBits;
/// Pixels in a register of 16-bit numbers.
constexpr int kPixels = 16;

template <int kCount>
[[gnu::target("avx2")]] void columns(std::uint8_t const* const* rows, std::int16_t const* weights,
                                     int width, std::int16_t* out) {
    __m256i weight[kCount];
    for (int i = 0; i < kCount; ++i) weight[i] = _mm256_set1_epi16(weights[i]);
    for (int x = 0; x < width; x += kPixels) {
        auto sum = _mm256_setzero_si256();
        for (int i = 0; i < kCount; ++i) {
            auto const bytes = _mm_loadu_si128(reinterpret_cast<__m128i const*>(rows[i] + x));
            auto const up = _mm256_slli_epi16(_mm256_cvtepu8_epi16(bytes), kUp);
            sum = _mm256_add_epi16(sum, _mm256_mulhrs_epi16(up, weight[i]));
        }
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + x), sum);
    }
}

[[gnu::target("avx2")]] __m256i weighted(std::int16_t const* in, std::int32_t const* first, int i,
                                         std::int16_t const* weights) {
    auto const low = _mm_loadu_si128(reinterpret_cast<__m128i const*>(in + first[i]));
    auto const high = _mm_loadu_si128(reinterpret_cast<__m128i const*>(in + first[i + 4]));
    auto const both = _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
    auto const weight = _mm256_loadu_si256(reinterpret_cast<__m256i const*>(weights + i * 16));
    return _mm256_madd_epi16(both, weight);
}

}  // namespace

[[gnu::target("avx2")]] void columns_avx2(std::uint8_t const* const* rows,
                                          std::int16_t const* weights, int count, int width,
                                          std::int16_t* out) {
    // Behind a row's last pixel there may be no memory.
    auto const whole = width / kPixels * kPixels;
    if (count == 4) columns<4>(rows, weights, whole, out);
    if (count == 6) columns<6>(rows, weights, whole, out);
    if (count == 8) columns<8>(rows, weights, whole, out);
    columns_plain(rows, weights, count, whole, width, out);
}

[[gnu::target("avx2")]] void row_avx2(std::int16_t const* in, std::int32_t const* first,
                                      std::int16_t const* weights, int blocks, std::uint8_t* out) {
    constexpr int kDown = PolyphaseTaps::kBits + kBetweenBits;
    auto const half = _mm256_set1_epi32(1 << (kDown - 1));
    for (int block = 0; block < blocks; ++block) {
        auto const a = weighted(in, first, 0, weights);
        auto const b = weighted(in, first, 1, weights);
        auto const c = weighted(in, first, 2, weights);
        auto const d = weighted(in, first, 3, weights);
        // Outputs 0 to 3 in the lower half, 4 to 7 in the upper.
        auto const sums = _mm256_hadd_epi32(_mm256_hadd_epi32(a, b), _mm256_hadd_epi32(c, d));
        auto const numbers = _mm256_srai_epi32(_mm256_add_epi32(sums, half), kDown);
        auto const words =
            _mm_packs_epi32(_mm256_castsi256_si128(numbers), _mm256_extracti128_si256(numbers, 1));
        _mm_storel_epi64(reinterpret_cast<__m128i*>(out), _mm_packus_epi16(words, words));
        first += 8;
        weights += 64;
        out += 8;
    }
}

}  // namespace directfanz::worker::polyphase

#endif
