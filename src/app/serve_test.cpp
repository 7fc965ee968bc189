#include "app/cli.hpp"
#include "app/data_folder.hpp"
#include "system/db/test_folder.hpp"

#include <array>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace directfanz::app {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

/// `directfanz serve` in a process of its own, its standard output in a pipe and its standard error
/// in a file.
class Served {
  public:
    Served(TestFolder const& folder, std::vector<std::string> more, std::string name = "log")
        : log_file_(folder / name) {
        std::vector<std::string> arguments{"serve", "--data", (folder / "data").string(), "--web",
                                           (folder / "web").string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        std::array<int, 2> pipe{};
        if (::pipe(pipe.data()) != 0) throw std::runtime_error("no pipe");
        std::fflush(stdout);  // or the child prints what is still held there once more
        process_ = ::fork();
        if (process_ == 0) {
            ::dup2(pipe[1], STDOUT_FILENO);
            ::close(pipe[0]);
            ::close(pipe[1]);
            if (std::freopen(log_file_.c_str(), "w", stderr) == nullptr) ::_exit(99);
            ::_exit(run({arguments, {}}, std::cout, std::cerr));
        }
        ::close(pipe[1]);
        out_ = ::fdopen(pipe[0], "r");
    }

    ~Served() {
        if (process_ > 0) {
            ::kill(process_, SIGKILL);
            exit_code();
        }
        std::fclose(out_);
    }

    Served(Served const&) = delete;
    Served& operator=(Served const&) = delete;

    /// The next line of standard output; empty at its end.
    std::string line() {
        std::array<char, 1024> text{};
        return std::fgets(text.data(), text.size(), out_) != nullptr ? text.data() : "";
    }

    void signal(int number) const { ::kill(process_, number); }

    /// Waits for the end; the signal's number below zero if it was one.
    int exit_code() {
        int status = 0;
        ::waitpid(std::exchange(process_, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

    std::string log() const {
        std::ifstream in(log_file_);
        return {std::istreambuf_iterator<char>(in), {}};
    }

  private:
    std::filesystem::path log_file_;
    pid_t process_ = -1;
    FILE* out_ = nullptr;
};

/// One HTTP request over a connection of its own; the whole answer.
std::string ask(std::string const& address, std::string const& path,
                std::string const& accept = "*/*") {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port =
        htons(static_cast<std::uint16_t>(std::stoi(address.substr(address.find(':') + 1))));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto const socket = ::socket(AF_INET, SOCK_STREAM, 0);
    std::string answer;
    if (::connect(socket, reinterpret_cast<sockaddr const*>(&to), sizeof to) == 0) {
        auto const request = "GET " + path + " HTTP/1.1\r\nHost: " + address +
                             "\r\nAccept: " + accept + "\r\nConnection: close\r\n\r\n";
        if (::send(socket, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
            std::array<char, 4096> bytes{};
            for (ssize_t got = 0; (got = ::recv(socket, bytes.data(), bytes.size(), 0)) > 0;) {
                answer.append(bytes.data(), static_cast<std::size_t>(got));
            }
        }
    }
    ::close(socket);
    return answer;
}

class ServeTest : public testing::Test {
  protected:
    ServeTest() {
        std::filesystem::create_directories(folder / "web/assets");
        std::ofstream(folder / "web/index.html") << "<!doctype html><title>Watch</title>";
        std::ofstream(folder / "web/assets/a-12345678.js") << std::string(5000, ' ');
    }

    TestFolder folder;
    std::vector<std::string> const free_ports{"--http", "127.0.0.1:0", "--rtmp", "127.0.0.1:0"};
};

TEST_F(ServeTest, TellsWhereItListensAndStopsOnSigterm) {
    Served server(folder, free_ports);
    auto const line = server.line();
    EXPECT_THAT(line, MatchesRegex("\\{\"event\":\"listening\",\"http\":\"127.0.0.1:[0-9]+\","
                                   "\"rtmp\":\"127.0.0.1:[0-9]+\"\\}\n"));
    auto const json = nlohmann::json::parse(line);
    auto const listening = read_listening(folder / "data");
    ASSERT_TRUE(listening);
    EXPECT_EQ(listening->http, json["http"].get<std::string>());
    EXPECT_EQ(listening->rtmp, json["rtmp"].get<std::string>());
    server.signal(SIGTERM);
    EXPECT_EQ(server.exit_code(), kSucceeded);
    EXPECT_EQ(server.line(), "");
    EXPECT_THAT(server.log(), HasSubstr("stopped"));
}

TEST_F(ServeTest, TellsItsNumbersAtAnAddressOfTheirOwn) {
    auto flags = free_ports;
    flags.insert(flags.end(), {"--metrics", "127.0.0.1:0"});
    Served server(folder, flags);
    auto const json = nlohmann::json::parse(server.line());
    auto const http = json["http"].get<std::string>();
    auto const metrics = json["metrics"].get<std::string>();
    EXPECT_EQ(read_listening(folder / "data")->metrics, metrics);
    EXPECT_THAT(ask(http, "/metrics"), HasSubstr("HTTP/1.1 404"));
    auto const page = ask(metrics, "/metrics");
    EXPECT_THAT(page, HasSubstr("Content-Type: text/plain; version=0.0.4; charset=utf-8"));
    EXPECT_THAT(page, HasSubstr("\ndirectfanz_broadcasts{state=\"live\"} 0\n"));
    EXPECT_THAT(page, HasSubstr("\ndirectfanz_http_responses_total{status=\"4xx\"} 1\n"));
    EXPECT_THAT(page, HasSubstr("\nprocess_resident_memory_bytes "));
    EXPECT_THAT(ask(metrics, "/"), HasSubstr("HTTP/1.1 404"));
    server.signal(SIGTERM);
    EXPECT_EQ(server.exit_code(), kSucceeded);
}

TEST_F(ServeTest, ServesPagesStreamsAndProblems) {
    Served server(folder, free_ports);
    auto const http = nlohmann::json::parse(server.line())["http"].get<std::string>();

    for (std::string const path : {"/", "/streaming/live/nosuchstream"}) {
        auto const page = ask(http, path);
        EXPECT_THAT(page, HasSubstr("HTTP/1.1 200"));
        EXPECT_THAT(page, HasSubstr("<title>Watch</title>"));
        EXPECT_THAT(page,
                    HasSubstr("Content-Security-Policy: default-src 'none'; script-src 'self';"));
        EXPECT_THAT(page, HasSubstr("Cache-Control: no-cache"));
    }
    auto const asset = ask(http, "/assets/a-12345678.js");
    EXPECT_THAT(asset, HasSubstr("Cache-Control: public, max-age=31536000, immutable"));
    EXPECT_THAT(asset, HasSubstr("Content-Type: text/javascript"));
    EXPECT_THAT(asset, HasSubstr("Content-Length: 5000"));
    EXPECT_THAT(ask(http, "/../data/directfanz.db"), Not(HasSubstr("HTTP/1.1 200")));
    auto const nothing = ask(http, "/nothing");
    EXPECT_THAT(nothing, HasSubstr("HTTP/1.1 404"));
    EXPECT_THAT(nothing, HasSubstr("Content-Type: application/problem+json"));
    auto const lost = ask(http, "/nothing", "text/html,*/*;q=0.8");
    EXPECT_THAT(lost, HasSubstr("HTTP/1.1 404"));
    EXPECT_THAT(lost, HasSubstr("<title>Watch</title>"));
    EXPECT_THAT(lost, Not(HasSubstr("\r\nETag:")));

    // A stream that another process creates while the server runs.
    std::ostringstream out;
    std::ostringstream err;
    ASSERT_EQ(run({{"stream", "create", "--data", (folder / "data").string(), "--title", "My show",
                    "--json"},
                   {}},
                  out, err),
              kSucceeded);
    auto const created = nlohmann::json::parse(out.str());
    EXPECT_THAT(created["watchUrl"].get<std::string>(), HasSubstr("http://" + http));
    auto const stream = ask(http, "/api/v1/streams/" + created["id"].get<std::string>());
    EXPECT_THAT(stream, HasSubstr("\"title\":\"My show\""));
    EXPECT_THAT(stream, HasSubstr("\"state\":\"idle\""));
    EXPECT_THAT(ask(http, "/api/v1/streams/nosuchstream"), HasSubstr("HTTP/1.1 404"));
    server.signal(SIGINT);
    EXPECT_EQ(server.exit_code(), kSucceeded);
}

TEST_F(ServeTest, ASecondServerOfTheSameFolderIsRefusedInOneSentence) {
    Served first(folder, free_ports);
    first.line();
    Served second(folder, free_ports, "second");
    EXPECT_EQ(second.line(), "");
    EXPECT_EQ(second.exit_code(), kFailed);
    EXPECT_THAT(second.log(), HasSubstr("directfanz: another server (process "));
}

TEST_F(ServeTest, AfterAKillItStartsAgain) {
    {
        Served first(folder, free_ports);
        first.line();
        first.signal(SIGKILL);
        EXPECT_EQ(first.exit_code(), -SIGKILL);
    }
    Served second(folder, free_ports);
    EXPECT_THAT(second.line(), HasSubstr("listening"));
}

TEST_F(ServeTest, APortThatIsTakenIsToldInWords) {
    Served first(folder, free_ports);
    auto const taken = nlohmann::json::parse(first.line());
    TestFolder const elsewhere;
    std::filesystem::copy(folder / "web", elsewhere / "web",
                          std::filesystem::copy_options::recursive);
    for (std::string const port : {"http", "rtmp"}) {
        auto flags = free_ports;
        flags.insert(flags.end(), {"--threads", "2"});
        flags[port == "http" ? 1 : 3] = taken[port].get<std::string>();
        Served second(elsewhere, flags);
        EXPECT_EQ(second.line(), "");
        EXPECT_EQ(second.exit_code(), kFailed);
        EXPECT_THAT(second.log(), HasSubstr("directfanz: " + port + ": cannot listen on " +
                                            taken[port].get<std::string>()));
    }
}

TEST_F(ServeTest, PagesThatWereNotBuiltAreToldInWords) {
    std::filesystem::remove(folder / "web/index.html");
    Served server(folder, free_ports);
    EXPECT_EQ(server.exit_code(), kFailed);
    EXPECT_THAT(server.log(), HasSubstr("holds no index.html: build the pages"));
}

TEST_F(ServeTest, LogsAsJsonIfAsked) {
    auto flags = free_ports;
    flags.insert(flags.end(), {"--log-format", "json"});
    Served server(folder, flags);
    server.line();
    server.signal(SIGTERM);
    EXPECT_EQ(server.exit_code(), kSucceeded);
    std::istringstream lines(server.log());
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        EXPECT_TRUE(nlohmann::json::accept(line)) << line;
    }
    EXPECT_GE(count, 3);
}

}  // namespace
}  // namespace directfanz::app
