#include "base/bytes.hpp"
#include "worker/sandbox.hpp"
#include "worker/session.hpp"

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <unistd.h>

namespace {

constexpr int kUsageError = 2;

using directfanz::worker::Devices;
using directfanz::worker::EncoderKind;

struct Options {
    /// The server starts the worker with its end of the socket as the first descriptor behind
    /// standard error.
    int socket = STDERR_FILENO + 1;
    std::uint64_t memory = directfanz::worker::kDefaultMemory;
    EncoderKind encoder = EncoderKind::x264;
};

std::optional<int> number(std::string_view text) {
    int value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value <= STDERR_FILENO)
        return std::nullopt;
    return value;
}

std::optional<Options> parse(std::span<char*> arguments) {
    Options options;
    if (arguments.size() % 2 != 0) return std::nullopt;
    for (; !arguments.empty(); arguments = arguments.subspan(2)) {
        std::string_view const name = arguments[0];
        if (name == "--encoder") {
            auto const kind = directfanz::worker::encoder_kind(arguments[1]);
            if (!kind) return std::nullopt;
            options.encoder = *kind;
            continue;
        }
        auto const value = number(arguments[1]);
        if (!value) return std::nullopt;
        if (name == "--socket-fd") {
            options.socket = *value;
        } else if (name == "--memory-mib") {
            options.memory = static_cast<std::uint64_t>(*value) << 20;
        } else {
            return std::nullopt;
        }
    }
    return options;
}

/// For the title card. Read while files can be read; a font that is missing is no reason not to
/// transcode.
constexpr char const* kFont = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";

Devices devices_of(EncoderKind encoder) {
    return encoder == EncoderKind::x264 ? Devices::none : Devices::encoders;
}

directfanz::Bytes read_font() {
    std::ifstream file(kFont, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

int run(Options const& options) {
    auto const font = read_font();
    auto lacks = directfanz::worker::enter_sandbox(options.socket, options.memory,
                                                   devices_of(options.encoder));
    if (font.empty())
        lacks.push_back(std::string("no title is drawn for silent sources: there is no ") + kFont);
    try {
        return directfanz::worker::serve(options.socket, font, options.encoder, lacks);
    } catch (std::exception const& error) {
        std::fprintf(stderr, "directfanz-worker: %s\n", error.what());
        return EXIT_FAILURE;
    }
}

}  // namespace

int main(int argc, char** argv) {
    auto const options = parse(std::span(argv, static_cast<std::size_t>(argc)).subspan(1));
    if (!options) {
        std::fputs(
            "usage: directfanz-worker [--socket-fd N] [--memory-mib N] [--encoder NAME]\n"
            "Transcodes one broadcast for directfanz, which starts it.\n",
            stderr);
        return kUsageError;
    }
    auto const status = run(*options);
    // What the libraries do at their end is no work for a sandbox.
    std::fflush(nullptr);
    _exit(status);
}
