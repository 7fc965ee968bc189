#pragma once

#include "base/result.hpp"
#include "worker/libav.hpp"
#include "worker/polyphase.hpp"

#include <cstdint>
#include <memory>
#include <optional>

struct AVBufferPool;

namespace directfanz::worker {

enum class ScaledColours : std::uint8_t {
    as_source,      ///< the matrix is kept, the range becomes limited
    bt601_limited,  ///< what WebP means
    bt601_full,     ///< what JPEG means
};

/// Pictures of any size and shape to pictures of one size, 4:2:0 in 8 bits, square samples. The
/// shape is kept: what does not fill the picture gets black bars. Bicubic, because anything less
/// costs several VMAF points.
class Scaler {
  public:
    /// Both even.
    Scaler(unsigned width, unsigned height, ScaledColours colours = ScaledColours::as_source);

    /// Also the same picture, if it fits as it is. Errors: io for a format that swscale cannot
    /// read.
    Result<Frame> scale(AVFrame const& source);

  private:
    struct PoolDeleter {
        void operator()(AVBufferPool* pool) const;
    };
    /// Where the source goes in the picture; all even.
    struct Place {
        int x = 0;
        int y = 0;
        int width = 0;
        int height = 0;

        bool operator==(Place const&) const = default;
    };

    Place place_for(AVFrame const& source) const;
    Result<void> prepare(AVFrame const& source);
    Result<void> open(AVFrame const& source, Place const& place);
    Frame empty_picture();

    int width_;
    int height_;
    int stride_;
    ScaledColours colours_;
    std::unique_ptr<AVBufferPool, PoolDeleter> pool_;
    SwsScaler sws_;
    /// Where they can do it, in the place of sws_: luma and chroma.
    std::optional<PolyphaseScaler> luma_;
    std::optional<PolyphaseScaler> chroma_;
    /// What sws_ was made for.
    int source_width_ = 0;
    int source_height_ = 0;
    int source_format_ = -1;
    int source_range_ = 0;
    int source_matrix_ = -1;
    Place place_;
};

}  // namespace directfanz::worker
