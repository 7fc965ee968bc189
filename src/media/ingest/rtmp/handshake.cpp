#include "media/ingest/rtmp/handshake.hpp"

#include "base/byte_writer.hpp"
#include "base/random.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace directfanz::rtmp {
namespace {

constexpr std::string_view kWhere = "rtmp handshake";
constexpr std::uint8_t kVersion = 3;
constexpr std::size_t kDigestSize = 32;
/// Bytes over which an offset can range: 764 less the four of the offset and the digest.
constexpr unsigned kOffsetRange = 728;
/// What S1 claims to be; any version but zero tells clients that the digests are there.
constexpr std::uint32_t kServerVersion = 0x04050001;

constexpr std::string_view kClientName = "Genuine Adobe Flash Player 001";
constexpr std::string_view kServerName = "Genuine Adobe Flash Media Server 001";
/// Follows the server's name in the longer key with which S2 is signed.
constexpr std::array<std::uint8_t, 32> kKeyTail{
    0xF0, 0xEE, 0xC2, 0x4A, 0x80, 0x68, 0xBE, 0xE8, 0x2E, 0x00, 0xD0, 0xD1, 0x02, 0x9E, 0x7E, 0x57,
    0x6E, 0xEC, 0x5D, 0x2D, 0x29, 0x80, 0x6F, 0xAB, 0x93, 0xB8, 0xE6, 0x36, 0xCF, 0xEB, 0x31, 0xAE};

Bytes hmac_sha256(ByteView key, ByteView data) {
    Bytes digest(kDigestSize);
    unsigned size = kDigestSize;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data.data(), data.size(),
         digest.data(), &size);
    return digest;
}

Bytes digest_around(ByteView key, ByteView packet, std::size_t offset) {
    ByteWriter rest(packet.size());
    rest.bytes(packet.first(offset));
    rest.bytes(packet.subspan(offset + kDigestSize));
    return hmac_sha256(key, rest.view());
}

/// The schema under which C1's digest is right.
std::optional<DigestSchema> schema_of(ByteView c1) {
    for (auto const schema : {DigestSchema::digest_first, DigestSchema::key_first}) {
        auto const offset = digest_offset(c1, schema);
        if (std::ranges::equal(client_digest(c1, offset), c1.subspan(offset, kDigestSize))) {
            return schema;
        }
    }
    return std::nullopt;
}

}  // namespace

std::size_t digest_offset(ByteView packet, DigestSchema schema) {
    std::size_t const at = schema == DigestSchema::key_first ? 772 : 8;
    unsigned sum = 0;
    for (auto const byte : packet.subspan(at, 4)) sum += byte;
    return at + 4 + sum % kOffsetRange;
}

Bytes client_digest(ByteView packet, std::size_t offset) {
    return digest_around(as_bytes(kClientName), packet, offset);
}

Bytes server_digest(ByteView packet, std::size_t offset) {
    return digest_around(as_bytes(kServerName), packet, offset);
}

Bytes response_digest(ByteView client_digest, ByteView response_without_digest) {
    ByteWriter key;
    key.text(kServerName);
    key.bytes(kKeyTail);
    return hmac_sha256(hmac_sha256(key.view(), client_digest), response_without_digest);
}

Result<std::size_t> Handshake::feed(ByteView bytes) {
    std::size_t used = 0;
    if (received_ == 0 && !bytes.empty() && bytes.front() != kVersion) {
        auto const version = bytes.front();
        if (version == 6 || version == 8) {
            return fail(ErrorKind::unsupported, kWhere,
                        "RTMPE (encrypted RTMP) is not taken; use rtmp://");
        }
        return fail(ErrorKind::invalid, kWhere,
                    fmt::format("the first byte is {}, so this is not RTMP", version));
    }
    if (received_ < kFirstSize) {
        used = std::min(bytes.size(), kFirstSize - received_);
        first_.insert(first_.end(), bytes.begin(),
                      bytes.begin() + static_cast<std::ptrdiff_t>(used));
        received_ += used;
        if (received_ == kFirstSize) answer();
    }
    // C2 is not checked: publishers exist that send anything there.
    auto const of_second = std::min(bytes.size() - used, kFirstSize + kPacketSize - received_);
    if (received_ >= kFirstSize) {
        received_ += of_second;
        used += of_second;
    }
    return used;
}

void Handshake::answer() {
    auto const c1 = ByteView(first_).subspan(1);
    auto const has_version = std::ranges::any_of(c1.subspan(4, 4), [](auto b) { return b != 0; });
    auto const schema = has_version ? schema_of(c1) : std::nullopt;

    ByteWriter s1(kPacketSize);
    s1.u32(0);
    s1.u32(schema ? kServerVersion : 0);
    s1.bytes(random_bytes(kPacketSize - 8));
    auto made = s1.take();

    ByteWriter out(kFirstSize + kPacketSize);
    out.u8(kVersion);
    if (!schema) {
        out.bytes(made);
        out.bytes(c1);
    } else {
        auto const offset = digest_offset(made, *schema);
        std::ranges::copy(server_digest(made, offset),
                          made.begin() + static_cast<std::ptrdiff_t>(offset));
        out.bytes(made);
        auto const theirs = c1.subspan(digest_offset(c1, *schema), kDigestSize);
        auto const response = random_bytes(kPacketSize - kDigestSize);
        out.bytes(response);
        out.bytes(response_digest(theirs, response));
    }
    output_ = out.take();
    first_ = Bytes();
}

Bytes Handshake::take_output() {
    return std::exchange(output_, {});
}

}  // namespace directfanz::rtmp
