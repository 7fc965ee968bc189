#pragma once

#include <string_view>

namespace directfanz::app {

/// Tells systemd how it stands, as sd_notify(3) does: "READY=1", "STOPPING=1". Does nothing where
/// nobody listens: without the variable NOTIFY_SOCKET.
void tell_supervisor(std::string_view state);

}  // namespace directfanz::app
