#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace directfanz::worker {

/// The most that the process may map: a broadcast needs some 150 MB.
inline constexpr std::uint64_t kDefaultMemory = std::uint64_t{2} << 30;

/// Gives up, for good, all that computing does not need: files, sockets, programs, signals to
/// others, memory beyond `memory` bytes, and every descriptor but `socket` and the first three.
/// What the process does all the same, the kernel kills it for. To be called before the first byte
/// of a stranger's is read, and before there is a second thread.
///
/// Returns what this kernel cannot do, one sentence each; the rest holds then.
std::vector<std::string> enter_sandbox(int socket, std::uint64_t memory);

}  // namespace directfanz::worker
