#include "app/supervisor.hpp"

#include "base/log.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace directfanz::app {

void tell_supervisor(std::string_view state) {
    char const* const named = std::getenv("NOTIFY_SOCKET");
    if (named == nullptr) return;
    std::string_view const path(named);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof(address.sun_path)) return;
    path.copy(address.sun_path, path.size());
    // An abstract socket is written with an @, which stands for a zero byte.
    if (path.front() == '@') address.sun_path[0] = '\0';
    auto const size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());

    auto const descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return;
    auto const sent = ::sendto(descriptor, state.data(), state.size(), MSG_NOSIGNAL,
                               reinterpret_cast<sockaddr const*>(&address), size);
    if (sent < 0) log::warning("supervisor_not_told", {{"error", std::strerror(errno)}});
    ::close(descriptor);
}

}  // namespace directfanz::app
