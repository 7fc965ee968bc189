#pragma once

#include "base/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace directfanz::load {

/// An address as the command line names it: HOST:PORT, HOST an IPv4 address.
struct Address {
    std::string host;
    std::uint16_t port = 0;

    /// Throws std::runtime_error.
    static Address parse(std::string_view text);
};

/// A connected TCP socket, not yet non-blocking. One machine has some 28,000 ports for each of its
/// addresses, so the `number`th connection comes from one of several 127.0.0.x.
/// Throws std::system_error.
int connect_to(Address const& address, std::size_t number);

void make_non_blocking(int descriptor);

/// Closes without leaving the port in TIME_WAIT.
void close_at_once(int descriptor);

/// Blocks until all is sent. Throws std::system_error.
void send_all(int descriptor, ByteView bytes);

/// Takes as many descriptors as the system allows.
void raise_descriptor_limit();

}  // namespace directfanz::load
