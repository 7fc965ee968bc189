#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace directfanz::worker {

/// The most that the process may map: a broadcast needs some 150 MB.
inline constexpr std::uint64_t kDefaultMemory = std::uint64_t{2} << 30;

/// What is let through beside the socket.
enum class Devices : std::uint8_t {
    none,
    encoders,  ///< those of graphics cards
};

/// Gives up, for good, all that computing does not need: files, sockets, programs, signals to
/// others, memory beyond `memory` bytes, and every descriptor but `socket` and the first three.
/// What the process does all the same, the kernel kills it for. To be called before the first byte
/// of a stranger's is read, and before there is a second thread.
///
/// Returns what this kernel cannot do, one sentence each; the rest holds then.
///
/// A hardware encoder's driver opens devices and libraries, maps what a limit would not allow, and
/// calls what no list names: for it files can be read but not written, devices of graphics cards
/// opened, and memory is not limited; sockets, programs and other processes stay out of reach, with
/// EPERM in the place of the kernel's kill.
std::vector<std::string> enter_sandbox(int socket, std::uint64_t memory,
                                       Devices devices = Devices::none);

}  // namespace directfanz::worker
