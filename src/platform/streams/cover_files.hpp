#pragma once

#include "base/result.hpp"
#include "system/http/router.hpp"
#include "system/io/blocking.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace directfanz::streams {

/// A picture's kind and size, by its first bytes.
struct PictureHead {
    /// "jpg", "png" or "webp".
    std::string_view extension;
    unsigned width = 0;
    unsigned height = 0;
};

/// Nothing for what is none of JPEG, PNG and WebP.
std::optional<PictureHead> read_picture_head(std::string_view bytes);

/// Cover pictures, one file each, named by a random number: another picture is another address.
class CoverFiles {
  public:
    /// `folder` is made when the first picture comes.
    CoverFiles(std::filesystem::path folder, io::BlockingPool& blocking)
        : folder_(std::move(folder)), blocking_(blocking) {}

    /// Keeps it and returns its name. Blocks. Errors: invalid for what is no picture, too_large for
    /// more than kMaxSide pixels on a side, io.
    Result<std::string> keep(std::string_view bytes) const;
    /// Blocks.
    void remove(std::string const& name) const;

    /// GET /covers/{file}. This outlives the router.
    void add_routes(http::Router& router);

    static constexpr unsigned kMaxSide = 8'192;

  private:
    io::Task<http::Response> answer(std::string name);

    std::filesystem::path folder_;
    io::BlockingPool& blocking_;
};

}  // namespace directfanz::streams
