#include "app/supervisor.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace directfanz::app {
namespace {

/// What systemd does: a datagram socket, named in the environment.
class Supervisor : public testing::Test {
  protected:
    ~Supervisor() override {
        ::unsetenv("NOTIFY_SOCKET");
        if (socket_ >= 0) ::close(socket_);
    }

    /// `name` as the kernel knows it; one that begins with a zero byte is abstract.
    void listen(std::string const& name) {
        socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        name.copy(address.sun_path, sizeof(address.sun_path));
        auto const size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
        ASSERT_EQ(::bind(socket_, reinterpret_cast<sockaddr const*>(&address), size), 0);
    }

    std::string heard() const {
        std::array<char, 256> text{};
        auto const size = ::recv(socket_, text.data(), text.size(), 0);
        return size < 0 ? "nothing" : std::string(text.data(), static_cast<std::size_t>(size));
    }

  private:
    int socket_ = -1;
};

TEST_F(Supervisor, HearsByASocketInTheFileSystem) {
    auto const path = (std::filesystem::temp_directory_path() /
                       fmt::format("directfanz-supervisor-{}", ::getpid()))
                          .string();
    listen(path);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    tell_supervisor("READY=1");
    EXPECT_EQ(heard(), "READY=1");
    std::filesystem::remove(path);
}

TEST_F(Supervisor, HearsByAnAbstractSocket) {
    auto const name = fmt::format("directfanz-supervisor-{}", ::getpid());
    listen('\0' + name);
    ::setenv("NOTIFY_SOCKET", ('@' + name).c_str(), 1);
    tell_supervisor("STOPPING=1");
    EXPECT_EQ(heard(), "STOPPING=1");
}

TEST_F(Supervisor, IsToldNothingWhereThereIsNone) {
    listen('\0' + fmt::format("directfanz-supervisor-{}", ::getpid()));
    ::unsetenv("NOTIFY_SOCKET");
    tell_supervisor("READY=1");
    EXPECT_EQ(heard(), "nothing");
}

TEST_F(Supervisor, ThatIsGoneOrMisnamedHarmsNothing) {
    listen('\0' + fmt::format("directfanz-supervisor-{}", ::getpid()));
    for (auto const& name :
         {std::string(), std::string("/nowhere/at/all"), std::string(500, 'x')}) {
        ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
        tell_supervisor("READY=1");
        EXPECT_EQ(heard(), "nothing");
    }
}

}  // namespace
}  // namespace directfanz::app
