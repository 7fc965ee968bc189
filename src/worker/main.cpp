#include "worker/session.hpp"

#include <charconv>
#include <cstdio>
#include <exception>
#include <optional>
#include <string_view>

namespace {

constexpr int kUsageError = 2;
/// The server starts the worker with its end of the socket as the first descriptor behind standard
/// error.
constexpr int kSocket = 3;

std::optional<int> number(std::string_view text) {
    int value = 0;
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

}  // namespace

int main(int argc, char** argv) {
    std::optional<int> socket = kSocket;
    if (argc == 3 && std::string_view(argv[1]) == "--socket-fd") {
        socket = number(argv[2]);
    } else if (argc != 1) {
        socket.reset();
    }
    if (!socket) {
        std::fputs(
            "usage: directfanz-worker [--socket-fd N]\n"
            "Transcodes one broadcast for directfanz, which starts it.\n",
            stderr);
        return kUsageError;
    }
    try {
        return directfanz::worker::serve(*socket);
    } catch (std::exception const& error) {
        std::fprintf(stderr, "directfanz-worker: %s\n", error.what());
        return 1;
    }
}
