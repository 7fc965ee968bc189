#pragma once

#include "base/result.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace directfanz::io {

struct SelfSigned {
    /// Both PEM; the key is ECDSA P-256.
    std::string certificate;
    std::string key;
};

/// A certificate for trying out, which clients trust only when told to. `names` are host names and
/// addresses, the first also the subject. Error: invalid, for a name that is neither.
Result<SelfSigned> make_self_signed(std::vector<std::string> const& names,
                                    std::chrono::days lifetime);

}  // namespace directfanz::io
