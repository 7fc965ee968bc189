#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <string>

namespace directfanz::transcode {

/// Starts a worker and has it encode a few pictures with `encoder`, as the worker knows it.
/// Returns what the worker calls it ("x264 164"). Error: unavailable, and why, as the worker says
/// it, or where the machine shows no card for it; timeout; what ChildProcess::start() says. Blocks
/// for at most kProbeTime; not on a loop.
Result<std::string> probe_encoder(std::filesystem::path const& worker, std::string const& encoder);

}  // namespace directfanz::transcode
