#pragma once

#include "base/bytes.hpp"

#include <cstdint>

namespace directfanz {

/// Reads bits, most significant first. Failure is sticky, as in ByteReader.
class BitReader {
  public:
    explicit BitReader(ByteView bytes) : bytes_(bytes) {}

    /// The next `count` bits, at most 32; zero, and failed, past the end.
    std::uint32_t bits(unsigned count) {
        if (!ok_ || count > 32 || count > bits_left()) {
            ok_ = false;
            return 0;
        }
        // Whole bytes up to the last bit that is asked for: at most five.
        auto const end = position_ + count;
        std::uint64_t value = 0;
        for (auto i = position_ / 8; i * 8 < end; ++i) value = value << 8 | bytes_[i];
        value >>= (8 - end % 8) % 8;
        position_ = end;
        return static_cast<std::uint32_t>(value & ((std::uint64_t{1} << count) - 1));
    }

    bool flag() { return bits(1) != 0; }

    void skip(std::size_t count) {
        if (!ok_ || count > bits_left()) {
            ok_ = false;
        } else {
            position_ += count;
        }
    }

    /// ue(v), ITU-T H.264 clause 9.1.
    std::uint32_t unsigned_exp_golomb() {
        unsigned zeros = 0;
        while (ok_ && !flag()) {
            if (++zeros > 31) ok_ = false;
        }
        auto const suffix = bits(zeros);
        return ok_ ? (1U << zeros) - 1U + suffix : 0;
    }

    /// se(v), ITU-T H.264 clause 9.1.1.
    std::int32_t signed_exp_golomb() {
        auto const code = unsigned_exp_golomb();
        auto const magnitude =
            static_cast<std::int32_t>((static_cast<std::uint64_t>(code) + 1) / 2);
        return (code & 1U) != 0 ? magnitude : -magnitude;
    }

    bool ok() const { return ok_; }
    std::size_t bits_left() const { return ok_ ? bytes_.size() * 8 - position_ : 0; }

  private:
    ByteView bytes_;
    std::size_t position_ = 0;
    bool ok_ = true;
};

}  // namespace directfanz
