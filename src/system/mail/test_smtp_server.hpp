#pragma once

#include "system/db/test_folder.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/// For tests alone: mail servers and readers that are not ours, from Debian's python3-aiosmtpd.
namespace directfanz::mail {

/// A program of Debian's Python under way; ended with this.
class PythonProgram {
  public:
    PythonProgram(std::string_view text, std::vector<std::string> arguments) {
        std::array<int, 2> out{};
        if (::pipe(out.data()) != 0) throw std::runtime_error("no pipe");
        arguments.insert(arguments.begin(), {"/usr/bin/python3", "-c", std::string(text)});
        std::vector<char*> words;
        for (auto& argument : arguments) words.push_back(argument.data());
        words.push_back(nullptr);
        child_ = ::fork();
        if (child_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::dup2(out[1], STDOUT_FILENO);
            ::execv(words.front(), words.data());
            ::_exit(127);
        }
        ::close(out[1]);
        out_ = ::fdopen(out[0], "r");
    }
    ~PythonProgram() {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
        ::fclose(out_);
    }
    PythonProgram(PythonProgram const&) = delete;
    PythonProgram& operator=(PythonProgram const&) = delete;

    /// Without its end; empty at the end of all.
    std::string read_line() {
        std::array<char, 4096> line{};
        if (std::fgets(line.data(), line.size(), out_) == nullptr) return {};
        std::string text(line.data());
        if (text.ends_with('\n')) text.pop_back();
        return text;
    }

    /// All that it writes until it ends.
    std::string read_all() {
        std::string all;
        for (int c = std::fgetc(out_); c != EOF; c = std::fgetc(out_)) all += static_cast<char>(c);
        return all;
    }

  private:
    pid_t child_ = -1;
    std::FILE* out_ = nullptr;
};

/// aiosmtpd on loopback. Mail for nobody@… it refuses for good, for later@… for now; with `users`
/// it lets in "me" with the password "right" alone.
class TestSmtpServer {
  public:
    enum class Tls { none, starttls, from_the_start };
    enum class Users { anybody, known };

    TestSmtpServer(Tls tls, Users users, std::filesystem::path const& certificate,
                   std::filesystem::path const& key)
        : program_(kText, {folder_.path().string(),
                           tls == Tls::none       ? "none"
                           : tls == Tls::starttls ? "starttls"
                                                  : "smtps",
                           users == Users::known ? "known" : "anybody", certificate.string(),
                           key.string()}),
          port_(program_.read_line()) {
        if (port_.empty()) {
            throw std::runtime_error("these tests need: apt-get install python3-aiosmtpd");
        }
    }

    std::string url(std::string_view scheme) const {
        return fmt::format("{}://localhost:{}", scheme, port_);
    }

    /// The mails that it took, as they came.
    std::vector<std::string> mails() const {
        std::vector<std::string> all;
        for (auto const& entry : std::filesystem::directory_iterator(folder_.path())) {
            std::ifstream in(entry.path(), std::ios::binary);
            all.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
        }
        return all;
    }

  private:
    static constexpr std::string_view kText = R"py(
import asyncio, ssl, sys
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

folder, tls, users, certificate, key = sys.argv[1:]
context = None
if tls != 'none':
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
count = 0

class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith('nobody@'):
            return '550 5.1.1 there is no such mailbox'
        if address.startswith('later@'):
            return '451 4.7.1 try again later'
        envelope.rcpt_tos.append(address)
        return '250 OK'

    async def handle_DATA(self, server, session, envelope):
        global count
        count += 1
        with open(f'{folder}/{count}', 'wb') as file:
            file.write(f'{envelope.mail_from} to {envelope.rcpt_tos}\n'.encode())
            file.write(envelope.content)
        return '250 OK'

def authenticate(server, session, envelope, mechanism, data):
    known = isinstance(data, LoginPassword) and data.login == b'me' and data.password == b'right'
    return AuthResult(success=known, handled=False)

def make():
    return SMTP(Handler(), tls_context=context if tls == 'starttls' else None,
                require_starttls=tls == 'starttls', auth_required=users == 'known',
                auth_require_tls=tls == 'starttls', authenticator=authenticate)

async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(make, '127.0.0.1', 0, ssl=context if tls == 'smtps' else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
)py";

    TestFolder folder_;
    PythonProgram program_;
    std::string port_;
};

}  // namespace directfanz::mail
