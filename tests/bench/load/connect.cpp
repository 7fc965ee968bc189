#include "load/connect.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <system_error>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace directfanz::load {
namespace {

constexpr std::size_t kSourceAddresses = 16;

[[noreturn]] void throw_errno(char const* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

void set(int descriptor, int level, int option, int value) {
    if (::setsockopt(descriptor, level, option, &value, sizeof value) != 0)
        throw_errno("setsockopt");
}

sockaddr_in to_sockaddr(std::string const& host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1)
        throw std::runtime_error("this is no IPv4 address: " + host);
    return address;
}

}  // namespace

Address Address::parse(std::string_view text) {
    auto const colon = text.rfind(':');
    Address address;
    if (colon != std::string_view::npos) {
        address.host = text.substr(0, colon);
        auto const digits = text.substr(colon + 1);
        std::from_chars(digits.data(), digits.data() + digits.size(), address.port);
    }
    if (address.port == 0) throw std::runtime_error(fmt::format("this is no HOST:PORT: {}", text));
    return address;
}

int connect_to(Address const& address, std::size_t number) {
    auto const to = to_sockaddr(address.host, address.port);
    auto const descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) throw_errno("socket");
    set(descriptor, IPPROTO_TCP, TCP_NODELAY, 1);
    if (address.host.starts_with("127.")) {
        set(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
        auto const from = to_sockaddr(fmt::format("127.0.0.{}", 1 + number % kSourceAddresses), 0);
        if (::bind(descriptor, reinterpret_cast<sockaddr const*>(&from), sizeof from) != 0)
            throw_errno("bind");
    }
    if (::connect(descriptor, reinterpret_cast<sockaddr const*>(&to), sizeof to) != 0)
        throw_errno("connect");
    return descriptor;
}

void make_non_blocking(int descriptor) {
    auto const flags = ::fcntl(descriptor, F_GETFL);
    if (flags < 0 || ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0) throw_errno("fcntl");
}

void close_at_once(int descriptor) {
    linger const reset{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    ::close(descriptor);
}

void send_all(int descriptor, ByteView bytes) {
    while (!bytes.empty()) {
        auto const sent = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) throw_errno("send");
        if (sent > 0) bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
}

void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) throw_errno("getrlimit");
    limit.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) throw_errno("setrlimit");
}

}  // namespace directfanz::load
