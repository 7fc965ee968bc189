#include "worker/title_card.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <vector>

#include <ft2build.h>
#include FT_FREETYPE_H

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/pixfmt.h>
}

namespace directfanz::worker {

namespace {

constexpr int kBackground = 28;
constexpr int kForeground = 225;
constexpr std::uint8_t kNeutral = 128;
/// Of the picture's height.
constexpr int kLetterDivisor = 14;
constexpr int kMinLetter = 8;
/// Of the picture's width, on each side.
constexpr int kMarginDivisor = 10;
constexpr std::size_t kMaxLines = 4;
constexpr char32_t kReplacement = 0xFFFD;
/// FreeType counts in 64ths of a pixel.
constexpr int kSubpixels = 64;

struct LibraryCloser {
    void operator()(FT_Library library) const { FT_Done_FreeType(library); }
};
struct FaceCloser {
    void operator()(FT_Face face) const { FT_Done_Face(face); }
};
using Library = std::unique_ptr<std::remove_pointer_t<FT_Library>, LibraryCloser>;
using Face = std::unique_ptr<std::remove_pointer_t<FT_Face>, FaceCloser>;

/// UTF-8 to code points; what is none becomes the replacement character.
std::u32string code_points(std::string_view text) {
    std::u32string points;
    for (std::size_t i = 0; i < text.size();) {
        auto const lead = static_cast<std::uint8_t>(text[i++]);
        if (lead < 0x80) {
            points.push_back(lead);
            continue;
        }
        auto const more = lead >= 0xF0 ? 3U : lead >= 0xE0 ? 2U : 1U;
        char32_t point = lead & (0x3FU >> more);
        auto good = lead >= 0xC0;
        for (unsigned k = 0; good && k < more; ++k) {
            good = i < text.size() && (static_cast<std::uint8_t>(text[i]) & 0xC0) == 0x80;
            if (good) point = point << 6 | (static_cast<std::uint8_t>(text[i++]) & 0x3FU);
        }
        points.push_back(good ? point : kReplacement);
    }
    return points;
}

int advance(FT_Face face, char32_t letter) {
    if (FT_Load_Char(face, letter, FT_LOAD_DEFAULT) != 0) return 0;
    return static_cast<int>(face->glyph->advance.x / kSubpixels);
}

/// Breaks at blanks, or inside a word that is wider than a line.
std::vector<std::u32string> lines_of(FT_Face face, std::u32string const& text, int width) {
    std::vector<std::u32string> lines(1);
    int used = 0;
    std::size_t blank = std::u32string::npos;
    for (auto const letter : text) {
        auto const wide = advance(face, letter);
        if (letter == U' ') blank = lines.back().size();
        lines.back().push_back(letter);
        used += wide;
        if (used <= width || lines.back().size() < 2) continue;
        auto& line = lines.back();
        auto const at = blank == std::u32string::npos || blank == 0 ? line.size() - 1 : blank;
        auto rest = line.substr(line[at] == U' ' ? at + 1 : at);
        line.resize(at);
        if (lines.size() == kMaxLines) return lines;
        used = 0;
        for (auto const left : rest) used += advance(face, left);
        lines.push_back(std::move(rest));
        blank = std::u32string::npos;
    }
    return lines;
}

void draw_letter(AVFrame& card, FT_Face face, char32_t letter, int x, int baseline) {
    if (FT_Get_Char_Index(face, letter) == 0 || FT_Load_Char(face, letter, FT_LOAD_RENDER) != 0)
        return;
    auto const& glyph = *face->glyph;
    auto const& bitmap = glyph.bitmap;
    if (bitmap.pixel_mode != FT_PIXEL_MODE_GRAY) return;
    for (int row = 0; row < static_cast<int>(bitmap.rows); ++row) {
        auto const y = baseline - glyph.bitmap_top + row;
        if (y < 0 || y >= card.height) continue;
        for (int column = 0; column < static_cast<int>(bitmap.width); ++column) {
            auto const at = x + glyph.bitmap_left + column;
            if (at < 0 || at >= card.width) continue;
            auto const cover = bitmap.buffer[row * bitmap.pitch + column];
            auto& luma = card.data[0][y * card.linesize[0] + at];
            luma = static_cast<std::uint8_t>(luma + (kForeground - luma) * cover / 255);
        }
    }
}

void draw_title(AVFrame& card, std::string_view title, ByteView font) {
    FT_Library opened = nullptr;
    if (FT_Init_FreeType(&opened) != 0) return;
    Library const library(opened);
    FT_Face loaded = nullptr;
    if (FT_New_Memory_Face(opened, font.data(), static_cast<FT_Long>(font.size()), 0, &loaded) != 0)
        return;
    Face const owner(loaded);
    auto const letter = std::max(kMinLetter, card.height / kLetterDivisor);
    if (FT_Set_Pixel_Sizes(loaded, 0, static_cast<FT_UInt>(letter)) != 0) return;
    auto const room = card.width - 2 * card.width / kMarginDivisor;
    auto const lines = lines_of(loaded, code_points(title), room);
    auto const height = letter * 3 / 2;
    auto baseline = (card.height - height * static_cast<int>(lines.size())) / 2 + letter;
    for (auto const& line : lines) {
        int wide = 0;
        for (auto const one : line) wide += advance(loaded, one);
        auto x = (card.width - wide) / 2;
        for (auto const one : line) {
            draw_letter(card, loaded, one, x, baseline);
            x += advance(loaded, one);
        }
        baseline += height;
    }
}

}  // namespace

Frame title_card(int width, int height, std::string_view title, ByteView font) {
    auto card = new_frame();
    card->width = width;
    card->height = height;
    card->format = AV_PIX_FMT_YUV420P;
    card->color_range = AVCOL_RANGE_MPEG;
    card->sample_aspect_ratio = {1, 1};
    if (av_frame_get_buffer(card.get(), 0) < 0) throw std::bad_alloc();
    for (int plane = 0; plane < 3; ++plane) {
        auto const rows = plane == 0 ? height : (height + 1) / 2;
        std::memset(
            card->data[plane], plane == 0 ? kBackground : kNeutral,
            static_cast<std::size_t>(card->linesize[plane]) * static_cast<std::size_t>(rows));
    }
    if (!font.empty()) draw_title(*card, title, font);
    return card;
}

}  // namespace directfanz::worker
