#include "media/container/mp4/box_reader.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace directfanz::mp4 {
namespace {

constexpr std::uint32_t kLargeSize = 1;  // the size follows the type, in 64 bits
constexpr std::uint32_t kSizeToEnd = 0;  // the box is the row's last
constexpr unsigned kMaxLengthBytes = 4;  // ISO/IEC 14496-1, 8.3.3: of a descriptor's length

}  // namespace

Result<std::vector<FoundBox>> find_boxes(ByteView bytes) {
    std::vector<FoundBox> found;
    ByteReader reader(bytes);
    while (!reader.at_end()) {
        auto const offset = reader.position();
        std::uint64_t size = reader.u32();
        auto const type = FourCc{reader.u32()};
        if (size == kLargeSize) size = reader.u64();
        auto const header = reader.position() - offset;
        if (size == kSizeToEnd) size = header + reader.remaining();
        auto const whole = reader.ok() && size >= header;
        auto const body = whole ? reader.bytes(size - header) : ByteView{};
        if (!whole || !reader.ok()) {
            return fail(ErrorKind::invalid, "MP4",
                        fmt::format("at byte {} of {}, box '{}' claims {} bytes", offset,
                                    bytes.size(), to_string(type), size));
        }
        if (found.size() == kMaxChildren) {
            return fail(ErrorKind::too_large, "MP4",
                        fmt::format("more than {} boxes in a row", kMaxChildren));
        }
        found.push_back({.type = type,
                         .offset = offset,
                         .whole = bytes.subspan(offset, header + body.size()),
                         .body = body});
    }
    return found;
}

BoxReader::BoxReader(ByteView bytes) {
    frames_.push_back({.name = {}, .reader = ByteReader(bytes), .children = {}});
}

void BoxReader::fail_here(ErrorKind kind, std::string message) {
    if (error_) return;
    std::string path = "MP4";
    for (auto const& frame : frames_) {
        if (!frame.name.empty()) path += "/" + frame.name;
    }
    error_ = Error{kind, std::move(path), std::move(message)};
}

void BoxReader::integer(std::uint64_t& value, unsigned bytes) {
    if (!ok()) return;
    std::uint64_t read = 0;
    for (auto const byte : reader().bytes(bytes)) read = read << 8 | byte;
    if (reader().ok()) {
        value = read;
    } else {
        fail_here(ErrorKind::invalid, "the box ends inside a field");
    }
}

void BoxReader::full_box(std::uint8_t& version, std::uint32_t& flags, FullBox known) {
    number(version);
    number(flags, 3);
    if (ok() && version > known.newest_version) {
        fail_here(ErrorKind::unsupported,
                  fmt::format("version {} of the box; {} is the newest known", version,
                              known.newest_version));
    }
}

void BoxReader::text(std::string& value) {
    if (!ok()) return;
    value.clear();
    while (!reader().at_end()) {
        auto const c = static_cast<char>(reader().u8());
        if (c == '\0') return;
        value.push_back(c);
    }
}

void BoxReader::rest(Bytes& value) {
    if (!ok()) return;
    auto const bytes = reader().rest();
    value.assign(bytes.begin(), bytes.end());
}

void BoxReader::rest(std::vector<ByteView>& pieces) {
    if (ok()) pieces = {reader().rest()};
}

std::size_t BoxReader::count(std::size_t /*items*/, unsigned bytes, std::size_t least_size) {
    std::uint64_t counted = 0;
    integer(counted, bytes);
    if (!ok()) return 0;
    if (counted > kMaxEntries - entries_) {
        fail_here(ErrorKind::too_large,
                  fmt::format("{} entries; at most {} are read", counted, kMaxEntries));
        return 0;
    }
    if (counted * least_size > reader().remaining()) {
        fail_here(ErrorKind::invalid,
                  fmt::format("{} entries in {} bytes", counted, reader().remaining()));
        return 0;
    }
    entries_ += counted;
    return static_cast<std::size_t>(counted);
}

bool BoxReader::another(bool /*here*/) {
    return ok() && !reader().at_end();
}

bool BoxReader::enter(FourCc type, Presence presence) {
    if (!ok()) return false;
    auto& frame = frames_.back();
    if (!frame.children) {
        auto found = find_boxes(frame.reader.rest());
        if (!found) {
            fail_here(found.error().kind, found.error().message);
            return false;
        }
        frame.children = std::move(*found);
    }
    auto const box = std::ranges::find_if(
        *frame.children, [type](FoundBox const& b) { return b.type == type && !b.taken; });
    if (box == frame.children->end()) {
        if (presence == Presence::required) {
            fail_here(ErrorKind::invalid, fmt::format("box '{}' is missing", to_string(type)));
        }
        return false;
    }
    box->taken = true;
    frames_.push_back({.name = to_string(type), .reader = ByteReader(box->body), .children = {}});
    return true;
}

bool BoxReader::enter_descriptor(std::uint8_t tag) {
    std::uint8_t found = 0;
    number(found);
    std::uint32_t length = 0;
    for (unsigned i = 0; i < kMaxLengthBytes; ++i) {
        std::uint8_t part = 0;
        number(part);
        length = length << 7 | (part & 0x7FU);
        if ((part & 0x80U) == 0) break;
    }
    if (!ok()) return false;
    if (found != tag) {
        fail_here(ErrorKind::invalid, fmt::format("descriptor {} where {} is due", found, tag));
        return false;
    }
    auto const body = reader().bytes(length);
    if (!reader().ok()) {
        fail_here(ErrorKind::invalid, fmt::format("descriptor {} claims {} bytes", tag, length));
        return false;
    }
    frames_.push_back(
        {.name = fmt::format("descriptor {}", tag), .reader = ByteReader(body), .children = {}});
    return true;
}

void BoxReader::leave() {
    frames_.pop_back();
}

}  // namespace directfanz::mp4
