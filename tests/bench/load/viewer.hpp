#pragma once

#include "load/board.hpp"
#include "load/percentiles.hpp"
#include "load/poller.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace directfanz::load {

/// What all viewers of a run received. Counted from begin() to finish().
struct Reception {
    /// A part is late when its last byte comes more than so long after a playlist first listed it:
    /// its own length, and half a second more. A player three part lengths behind the edge, as
    /// servers ask of it, has just run dry then.
    static constexpr milliseconds kGrace{500};
    static std::chrono::nanoseconds late_after(microseconds part_target) {
        return part_target + kGrace;
    }

    bool counting = false;
    std::uint64_t playlists = 0;
    std::uint64_t parts = 0;
    std::uint64_t late_parts = 0;
    std::uint64_t bytes = 0;
    /// Answers that were not 200, or that lacked what had been asked for.
    std::uint64_t failures = 0;
    /// Of each part, how long after it was listed its last byte came.
    Percentiles lateness;
};

/// What came in answer to one request.
struct Answer {
    unsigned status = 0;
    /// Of the body.
    std::uint64_t bytes = 0;
    /// The body, decompressed; empty unless the viewer wanted it.
    std::string_view body;
    SteadyTime at;
};

class Viewer;

/// Carries one viewer's requests.
class Transport {
  public:
    virtual ~Transport() = default;

    /// Asks for `resource`, and tells `viewer` what came. One request a viewer at a time.
    virtual void get(Resource const& resource, Viewer& viewer) = 0;

    /// The server has closed the connection, or it broke.
    virtual bool lost() const = 0;
};

/// One rendition at the live edge: its playlist by blocking reload, then the part that it lists,
/// and so on. hls.js asks for the next playlist while the part is still under way; the requests
/// are the same.
class Viewer {
  public:
    Viewer(Poller& poller, Board& board, Reception& reception, Transport& transport)
        : poller_(poller), board_(board), reception_(reception), transport_(transport) {}

    /// Begins with the next part.
    void start();

    /// Reads every part, whole. Before start().
    void read_parts(std::function<void(Answer const&)> reader) { reader_ = std::move(reader); }

    /// Does it need the body that comes?
    bool wants_body() const;
    void answered(Answer const& answer);

  private:
    enum class Asking { playlist, part };

    void ask(Asking asking);
    void take_playlist(Answer const& answer);
    void take_part(Answer const& answer);
    void ask_again_soon();

    Poller& poller_;
    Board& board_;
    Reception& reception_;
    Transport& transport_;
    std::function<void(Answer const&)> reader_;
    Asking asking_ = Asking::playlist;
    /// The part to be had next.
    std::size_t next_ = 0;
};

}  // namespace directfanz::load
