#include "load/gunzip.hpp"

#include <array>
#include <stdexcept>

#include <zlib.h>

namespace directfanz::load {

std::string gunzip(std::string_view bytes) {
    z_stream stream{};
    // 16 more than the window's bits: gzip.
    if (::inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) throw std::runtime_error("zlib failed");
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string out;
    auto status = Z_OK;
    while (status == Z_OK) {
        std::array<char, 16 * 1024> buffer;
        stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
        stream.avail_out = buffer.size();
        status = ::inflate(&stream, Z_NO_FLUSH);
        out.append(buffer.data(), buffer.size() - stream.avail_out);
    }
    ::inflateEnd(&stream);
    if (status != Z_STREAM_END) throw std::runtime_error("a body that is no gzip");
    return out;
}

}  // namespace directfanz::load
