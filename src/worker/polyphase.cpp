#include "worker/polyphase.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace directfanz::worker {

namespace {

constexpr int kSmallest = 16;
constexpr int kInputs = 8;
/// The parameter of the bicubic family; the other one, B, is 0.
constexpr double kC = 0.6;

double bicubic(double distance) {
    auto const d = std::abs(distance);
    if (d < 1) return (2 - kC) * d * d * d + (kC - 3) * d * d + 1;
    if (d < 2) return -kC * d * d * d + 5 * kC * d * d - 8 * kC * d + 4 * kC;
    return 0;
}

bool near_enough(int from, int to) {
    return from >= kSmallest && to >= kSmallest && from <= 2 * to && to <= 2 * from;
}

}  // namespace

PolyphaseTaps::PolyphaseTaps(int from, int to) {
    auto const ratio = static_cast<double>(from) / to;
    auto const widened = std::max(ratio, 1.0);
    auto const half = std::min(static_cast<int>(std::ceil(2 * widened - 1e-9)), kMostTaps / 2);
    count = 2 * half;
    auto constexpr one = 1 << kBits;
    for (int out = 0; out < to; ++out) {
        auto const centre = (out + 0.5) * ratio - 0.5;
        auto const begin = static_cast<int>(std::floor(centre)) - half + 1;
        std::array<double, kMostTaps> exact{};
        double sum = 0;
        for (int i = 0; i < count; ++i)
            sum += exact[static_cast<std::size_t>(i)] = bicubic((begin + i - centre) / widened);
        // What rounding leaves over goes into the largest weight, so that flat stays flat.
        auto left = one;
        std::size_t largest = weights.size();
        for (int i = 0; i < count; ++i) {
            auto const weight =
                static_cast<int>(std::lround(exact[static_cast<std::size_t>(i)] / sum * one));
            left -= weight;
            weights.push_back(static_cast<std::int16_t>(weight));
            if (weights.back() > weights[largest]) largest = weights.size() - 1;
        }
        weights[largest] = static_cast<std::int16_t>(weights[largest] + left);
        first.push_back(begin);
    }
}

bool PolyphaseScaler::fits(int from_width, int from_height, int to_width, int to_height) {
    return near_enough(from_width, to_width) && near_enough(from_height, to_height);
}

PolyphaseScaler::Instructions PolyphaseScaler::best() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) return Instructions::avx2;
#endif
    return Instructions::plain;
}

PolyphaseScaler::PolyphaseScaler(int from_width, int from_height, int to_width, int to_height,
                                 Instructions instructions)
    : from_width_(from_width),
      from_height_(from_height),
      to_width_(to_width),
      to_height_(to_height),
      instructions_(instructions),
      columns_(from_height, to_height),
      between_(static_cast<std::size_t>(from_width + kInputs)),
      row_(static_cast<std::size_t>((to_width + kBlock - 1) / kBlock * kBlock)) {
    lay_out(PolyphaseTaps(from_width, to_width));
}

void PolyphaseScaler::lay_out(PolyphaseTaps const& taps) {
    auto const outputs = row_.size();
    row_first_.assign(outputs, 0);
    row_weights_.assign(outputs * kInputs, 0);
    for (std::size_t out = 0; out < static_cast<std::size_t>(to_width_); ++out) {
        auto const begin = taps.first[out];
        auto const inside = std::clamp(begin, 0, from_width_ - kInputs);
        row_first_[out] = inside;
        auto const in_block = out % kBlock;
        auto const slot = out - in_block + (in_block < 4 ? 2 * in_block : 2 * (in_block - 4) + 1);
        for (int i = 0; i < taps.count; ++i) {
            // Beyond an edge the last sample goes on.
            auto const at = std::clamp(begin + i, 0, from_width_ - 1) - inside;
            auto& weight = row_weights_[slot * kInputs + static_cast<std::size_t>(at)];
            weight = static_cast<std::int16_t>(
                weight + taps.weights[out * static_cast<std::size_t>(taps.count) +
                                      static_cast<std::size_t>(i)]);
        }
    }
}

void PolyphaseScaler::scale(std::uint8_t const* from, std::ptrdiff_t from_stride, std::uint8_t* to,
                            std::ptrdiff_t to_stride) {
    std::array<std::uint8_t const*, PolyphaseTaps::kMostTaps> rows{};
    auto const blocks = static_cast<int>(row_.size()) / kBlock;
    for (int y = 0; y < to_height_; ++y) {
        auto const begin = columns_.first[static_cast<std::size_t>(y)];
        for (int i = 0; i < columns_.count; ++i) {
            rows[static_cast<std::size_t>(i)] =
                from + std::clamp(begin + i, 0, from_height_ - 1) * from_stride;
        }
        auto const* const weights =
            columns_.weights.data() + static_cast<std::ptrdiff_t>(y) * columns_.count;
        auto* const out = to + y * to_stride;
        // Whole blocks go to their place at once, the last one only as far as the row reaches.
        auto const whole = to_width_ / kBlock;
#if defined(__x86_64__)
        if (instructions_ == Instructions::avx2) {
            polyphase::columns_avx2(rows.data(), weights, columns_.count, from_width_,
                                    between_.data());
            polyphase::row_avx2(between_.data(), row_first_.data(), row_weights_.data(), whole,
                                out);
        }
#endif
        if (instructions_ == Instructions::plain) {
            polyphase::columns_plain(rows.data(), weights, columns_.count, 0, from_width_,
                                     between_.data());
            polyphase::row_plain(between_.data(), row_first_.data(), row_weights_.data(), whole,
                                 out);
        }
        if (whole == blocks) continue;
        auto const done = whole * kBlock;
        polyphase::row_plain(between_.data(), row_first_.data() + done,
                             row_weights_.data() + static_cast<std::ptrdiff_t>(done) * kInputs, 1,
                             row_.data());
        std::memcpy(out + done, row_.data(), static_cast<std::size_t>(to_width_ - done));
    }
}

namespace polyphase {

void columns_plain(std::uint8_t const* const* rows, std::int16_t const* weights, int count,
                   int from, int width, std::int16_t* out) {
    // As the instruction pmulhrsw does: a product, rounded to its upper half less a bit.
    constexpr int kShift = 15;
    constexpr int kUp = kShift - PolyphaseTaps::kBits + kBetweenBits;
    for (int x = from; x < width; ++x) {
        int sum = 0;
        for (int i = 0; i < count; ++i)
            sum += ((rows[i][x] << kUp) * weights[i] + (1 << (kShift - 1))) >> kShift;
        out[x] = static_cast<std::int16_t>(sum);
    }
}

void row_plain(std::int16_t const* in, std::int32_t const* first, std::int16_t const* weights,
               int blocks, std::uint8_t* out) {
    constexpr int kShift = PolyphaseTaps::kBits + kBetweenBits;
    for (int block = 0; block < blocks; ++block) {
        for (int i = 0; i < 8; ++i) {
            auto const slot = i < 4 ? 2 * i : 2 * (i - 4) + 1;
            auto const* const inputs = in + first[i];
            int sum = 1 << (kShift - 1);
            for (int k = 0; k < 8; ++k) sum += inputs[k] * weights[slot * 8 + k];
            out[i] = static_cast<std::uint8_t>(std::clamp(sum >> kShift, 0, 255));
        }
        first += 8;
        weights += 64;
        out += 8;
    }
}

}  // namespace polyphase

}  // namespace directfanz::worker
