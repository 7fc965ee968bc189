#pragma once

#include "system/db/postgres.hpp"
#include "system/db/test_folder.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/// For tests alone.
namespace directfanz::db {

/// A PostgreSQL server of this test program: Debian's, in a folder of its own, on a Unix socket.
class TestPostgres {
  public:
    TestPostgres() {
        if (::geteuid() == 0) {
            if (::chown(folder_.path().c_str(), user()->pw_uid, user()->pw_gid) != 0) {
                throw std::runtime_error("the test's folder cannot be given away");
            }
        }
        run_initdb();
        start();
    }
    ~TestPostgres() { stop(); }
    TestPostgres(TestPostgres const&) = delete;
    TestPostgres& operator=(TestPostgres const&) = delete;

    /// The one that all tests of this program share, started by the first that asks.
    static TestPostgres& shared() {
        static TestPostgres server;
        return server;
    }

    /// Of the schema's tables.
    std::string url(std::string_view schema) const {
        return fmt::format("postgresql://postgres@/postgres?host={}&options=-csearch_path%3D{}",
                           folder_.path().string(), schema);
    }

    /// A new one, with a name of its own.
    std::string new_schema() {
        auto name = fmt::format("t{}_{}", ::getpid(), ++schemas_);
        auto const database = open_postgres({.url = url("public"), .max_connections = 1});
        if (!database) throw std::runtime_error(describe(database.error()));
        auto const connection = (*database)->acquire();
        auto const made = (*connection)->script("CREATE SCHEMA " + name);
        if (!made) throw std::runtime_error(describe(made.error()));
        return name;
    }

    /// Ends it at once, and its sessions.
    void stop(int signal = SIGINT) {
        if (server_ <= 0) return;
        ::kill(server_, signal);
        ::waitpid(server_, nullptr, 0);
        server_ = -1;
    }

    void start() {
        // Loopback is not listened on: another user's program could come in without a password.
        server_ = spawn({program("postgres"), "-D", data(), "-k", folder_.path().string(), "-c",
                         "listen_addresses=", "-c", "fsync=off", "-c", "synchronous_commit=off",
                         "-c", "full_page_writes=off", "-c", "shared_buffers=32MB", "-c",
                         "max_connections=60", "-c", "logging_collector=off"});
        auto const deadline = steady_now() + seconds(60);
        for (;;) {
            auto const opened = open_postgres({.url = url("public"), .max_connections = 1});
            if (opened) return;
            if (::waitpid(server_, nullptr, WNOHANG) == server_ || steady_now() > deadline) {
                throw std::runtime_error("PostgreSQL does not start: " + describe(opened.error()));
            }
            std::this_thread::sleep_for(milliseconds(20));
        }
    }

    pid_t pid() const { return server_; }

  private:
    std::string data() const { return (folder_ / "data").string(); }

    static std::string program(std::string_view name) {
        std::vector<std::filesystem::path> versions;
        std::error_code none;
        for (auto const& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", none)) {
            versions.push_back(entry.path());
        }
        if (versions.empty()) {
            throw std::runtime_error("these tests need PostgreSQL: apt-get install postgresql");
        }
        return std::ranges::max(versions) / "bin" / name;
    }

    /// PostgreSQL refuses to run as root.
    static passwd const* user() {
        if (auto const* const own = ::getpwnam("postgres")) return own;
        return ::getpwnam("nobody");
    }

    pid_t spawn(std::vector<std::string> command) const {
        std::vector<char*> words;
        for (auto& word : command) words.push_back(word.data());
        words.push_back(nullptr);
        auto const log = (folder_ / "log").string();
        auto const* const as = ::geteuid() == 0 ? user() : nullptr;
        auto const parent = ::getpid();
        auto const child = ::fork();
        if (child != 0) return child;
        auto const become = [as] {
            return ::setgroups(0, nullptr) == 0 && ::setgid(as->pw_gid) == 0 &&
                   ::setuid(as->pw_uid) == 0;
        };
        if (as != nullptr && !become()) ::_exit(126);
        // However the tests end. After setuid(2), which forgets it.
        ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
        if (::getppid() != parent || ::chdir("/") != 0) ::_exit(126);
        auto const out = ::open(log.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
        ::dup2(out, STDOUT_FILENO);
        ::dup2(out, STDERR_FILENO);
        ::execv(words.front(), words.data());
        ::_exit(127);
    }

    void run_initdb() const {
        auto const made =
            spawn({program("initdb"), "-D", data(), "-U", "postgres", "--auth=trust", "--no-sync",
                   "--locale=C", "--encoding=UTF8", "--no-instructions"});
        int status = 0;
        if (::waitpid(made, &status, 0) != made || status != 0) {
            throw std::runtime_error("initdb failed");
        }
    }

    TestFolder folder_;
    pid_t server_ = -1;
    std::atomic<int> schemas_ = 0;
};

}  // namespace directfanz::db
