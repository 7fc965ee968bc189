#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <cstdint>

/// What one HTTP/2 connection may make the server hold or do. ServerLimits holds what the protocols
/// share: a request's header and body, and times.
namespace directfanz::http {

/// Requests under way at once (SETTINGS_MAX_CONCURRENT_STREAMS); RFC 9113, 6.5.2 advises no less.
/// A player with ten renditions has twenty.
inline constexpr std::uint32_t kMaxConcurrentStreams = 100;

/// Streams with those that the peer has reset, and whose handlers have not ended yet because they
/// await what cannot be cancelled (a database call). Beyond it new ones are refused unprocessed.
inline constexpr std::size_t kMaxHeldStreams = 2 * kMaxConcurrentStreams;

/// A header block may make us decode this many times ServerLimits::header_bytes before the
/// connection is cut: a few bytes can name a long table entry over and over. In between, the list
/// is refused with 431.
inline constexpr std::size_t kHeaderFloodFactor = 4;

/// What a field counts beyond its characters (RFC 9113, 6.5.2).
inline constexpr std::size_t kFieldOverhead = 32;

/// CONTINUATION frames of one header block (CVE-2024-28182). A list of the allowed size needs none
/// from a peer that fills its frames.
inline constexpr std::size_t kMaxContinuations = 8;

/// Bodies of all the connection's requests together, in times of ServerLimits::body_bytes. Beyond
/// it a stream is refused unprocessed, so that streams do not multiply the limit.
inline constexpr std::size_t kBodiesAtOnce = 2;

/// Acknowledgements of the peer's SETTINGS and PINGs that wait because it does not read
/// (CVE-2019-9512, CVE-2019-9515).
inline constexpr std::size_t kMaxWaitingAcks = 100;

/// RST_STREAM frames in either direction, since each throws work away (CVE-2023-44487 and
/// CVE-2025-8671, where the peer makes us send them). A player that seeks or leaves a page resets
/// what it had under way, at most kMaxConcurrentStreams.
inline constexpr double kResetBurst = 200;
inline constexpr double kResetsPerSecond = 10;

/// Frames that cost and bring nothing: SETTINGS, PING, PRIORITY, WINDOW_UPDATE, empty DATA and the
/// like (CVE-2019-9511 to 9518). Answers earn their share, since a peer that is sent much has to
/// open its windows often.
inline constexpr double kControlBurst = 1000;
inline constexpr double kControlPerSecond = 50;
/// A peer with the smallest frames and windows sends two WINDOW_UPDATEs for 16 KiB.
inline constexpr std::size_t kBytesPerControlFrame = 4 * 1024;
inline constexpr double kControlPerAnswer = 4;

/// A peer that keeps a stream's window shut has to take so much within ServerLimits::write_stall,
/// or all that remains: else a byte now and then would hold an answer for ever, and with it a
/// segment that has long left its playlist. It is what HTTP/1.1 comes to, where a write goes on
/// when half of what the kernel keeps unsent (TcpStream: 256 KiB) has gone.
inline constexpr std::size_t kLeastProgress = 128 * 1024;

/// With wide windows an answer waits for the others of its connection, and a peer that reads all of
/// them at the pace of one could hold a hundred segments for hours: however it waits, an answer has
/// to take kLeastProgress, or all that remains, within this time.
inline constexpr seconds kLongestTurn{300};

/// The largest DATA frame, for peers that allow more than the usual 16 KiB. nghttp2 keeps a buffer
/// of this size for such a connection.
inline constexpr std::size_t kMaxDataBytes = 64 * 1024;

/// The header compression tables, one a direction: what both sides assume without a word.
inline constexpr std::size_t kHeaderTableBytes = 4 * 1024;

/// Between "no new requests, please" and the last word, if the peer does not answer the PING that
/// goes with it: requests already on their way are still served (RFC 9113, 6.8).
inline constexpr milliseconds kShutdownNotice{1000};

}  // namespace directfanz::http
