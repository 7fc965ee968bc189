#include "system/webauthn/cbor.hpp"

#include <limits>

namespace directfanz::webauthn {
namespace {

// RFC 8949, 3: arguments below this stand in the first byte; the next four say how many bytes hold
// it.
constexpr std::uint8_t kOneByte = 24;
constexpr std::uint8_t kTwoBytes = 25;
constexpr std::uint8_t kFourBytes = 26;
constexpr std::uint8_t kEightBytes = 27;

std::uint64_t read_argument(ByteReader& reader, std::uint8_t low) {
    if (low < kOneByte) return low;
    switch (low) {
        case kOneByte:
            return reader.u8();
        case kTwoBytes:
            return reader.u16();
        case kFourBytes:
            return reader.u32();
        case kEightBytes:
            return reader.u64();
        default:
            reader.set_failed();
            return 0;
    }
}

void skip_item(ByteReader& reader, unsigned depth) {
    if (depth == 0) {
        reader.set_failed();
        return;
    }
    auto const head = read_cbor_head(reader);
    switch (head.kind) {
        case CborKind::bytes:
        case CborKind::text:
            reader.skip(head.argument);
            break;
        case CborKind::array:
        case CborKind::map: {
            auto const items = head.kind == CborKind::map ? 2 * head.argument : head.argument;
            for (std::uint64_t i = 0; i < items && reader.ok(); ++i) skip_item(reader, depth - 1);
            break;
        }
        case CborKind::positive:
        case CborKind::negative:
        case CborKind::tag:
        case CborKind::simple:
            break;
    }
}

}  // namespace

CborHead read_cbor_head(ByteReader& reader) {
    constexpr unsigned kKindShift = 5;
    constexpr std::uint8_t kLowBits = 0x1f;
    auto const first = reader.u8();
    CborHead head{.kind = static_cast<CborKind>(first >> kKindShift),
                  .argument = read_argument(reader, first & kLowBits)};
    auto const counts = head.kind == CborKind::bytes || head.kind == CborKind::text ||
                        head.kind == CborKind::array || head.kind == CborKind::map;
    // Each byte, and each item, takes a byte at least.
    auto const room = head.kind == CborKind::map ? reader.remaining() / 2 : reader.remaining();
    if (head.kind == CborKind::tag || (counts && head.argument > room)) reader.set_failed();
    return reader.ok() ? head : CborHead{};
}

ByteView read_cbor_item(ByteReader& reader) {
    auto ahead = reader;
    skip_item(ahead, kMaxCborDepth);
    if (!ahead.ok()) {
        reader.set_failed();
        return {};
    }
    return reader.bytes(reader.remaining() - ahead.remaining());
}

std::int64_t read_cbor_integer(ByteReader& reader) {
    auto const head = read_cbor_head(reader);
    auto const whole = head.kind == CborKind::positive || head.kind == CborKind::negative;
    if (!whole || head.argument > std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
        reader.set_failed();
        return 0;
    }
    auto const argument = static_cast<std::int64_t>(head.argument);
    return head.kind == CborKind::negative ? -1 - argument : argument;
}

std::string_view read_cbor_text(ByteReader& reader) {
    auto const head = read_cbor_head(reader);
    if (head.kind != CborKind::text) reader.set_failed();
    return reader.text(head.argument);
}

ByteView read_cbor_bytes(ByteReader& reader) {
    auto const head = read_cbor_head(reader);
    if (head.kind != CborKind::bytes) reader.set_failed();
    return reader.bytes(head.argument);
}

}  // namespace directfanz::webauthn
