#pragma once

#include "base/strong.hpp"

#include <cstdint>
#include <string_view>

namespace directfanz::delivery {

/// Who may watch. The media wing knows nothing of people: it asks.
class PlaybackGate {
  public:
    enum class Answer : std::uint8_t {
        everybody,    ///< caches may share what is answered
        this_viewer,  ///< who asks, and maybe nobody else
        hidden,       ///< as if there were no such stream on air
        token,        ///< the address has no token where it takes one, or one that is worth nothing
        country,      ///< not shown where the address is
        suspended,    ///< its owner may show nothing at present
    };

    struct Verdict {
        Answer answer = Answer::hidden;
        /// Whom the token was given to; 0 if that is not known.
        std::uint64_t viewer = 0;

        bool admitted() const {
            return answer == Answer::everybody || answer == Answer::this_viewer;
        }
    };

    virtual ~PlaybackGate() = default;

    /// Asked for every playlist, segment, part and picture, on the viewer's loop: it answers from
    /// memory, at once. `token` is empty at the public address; `address` is the viewer's, without
    /// the port.
    virtual Verdict admit(StreamId const& stream, std::string_view token,
                          std::string_view address) = 0;
};

}  // namespace directfanz::delivery
