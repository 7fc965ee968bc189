#pragma once

#include "media/delivery/playback_gate.hpp"
#include "system/http/message.hpp"

#include <cstdint>

namespace directfanz::delivery {

/// Whom the gate lets in; everybody without a gate.
inline PlaybackGate::Verdict ask(PlaybackGate* gate, http::Request const& request,
                                 StreamId const& stream, std::string_view token) {
    if (gate == nullptr) return {.answer = PlaybackGate::Answer::everybody};
    return gate->admit(stream, token, request.remote_address);
}

/// In words, as a problem. Not for an answer that admits.
http::Response refusal(PlaybackGate::Answer answer);

/// Caches share only what everybody may see.
void mark_for(PlaybackGate::Verdict const& verdict, http::Response& response);

/// A number for who watches: whom the token was given to; otherwise the address and the program, so
/// that people behind one address count as one only where they use the same.
std::uint64_t viewer_of(PlaybackGate::Verdict const& verdict, http::Request const& request);

}  // namespace directfanz::delivery
