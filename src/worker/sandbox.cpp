#include "worker/sandbox.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace directfanz::worker {

namespace {

/// Of descriptors: those that are open, and none more to speak of.
constexpr rlim_t kDescriptors = 16;

/// The newest rights of Landlock that Debian 12's headers may not name yet (ABI 2 to 5).
constexpr std::uint64_t kAllFileRights = (std::uint64_t{1} << 16) - 1;
constexpr std::uint64_t kFileRightsOfAbi1 = (std::uint64_t{1} << 13) - 1;
constexpr std::uint64_t kAllNetworkRights = 3;

/// All that decoding, encoding and one open socket need.
constexpr std::array kAllowed{
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(readv),
    SCMP_SYS(writev),
    SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendto),
    SCMP_SYS(sendmsg),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(lseek),
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(getrusage),
    SCMP_SYS(getrandom),
    SCMP_SYS(sysinfo),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_getres),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

struct Releaser {
    void operator()(void* context) const { seccomp_release(context); }
};

std::string missing(char const* what, int error) {
    return std::string("the worker's sandbox is without ") + what +
           " on this kernel: " + std::strerror(error);
}

void limit(__rlimit_resource resource, rlim_t most) {
    rlimit now{};
    getrlimit(resource, &now);
    // An unprivileged process may lower its limits only.
    auto const value = now.rlim_max == RLIM_INFINITY ? most : std::min(most, now.rlim_max);
    rlimit const next{.rlim_cur = value, .rlim_max = value};
    setrlimit(resource, &next);
}

void close_others(int socket) {
    auto const first = static_cast<unsigned>(STDERR_FILENO + 1);
    auto const kept = static_cast<unsigned>(socket);
    if (kept > first) syscall(SYS_close_range, first, kept - 1, 0);
    syscall(SYS_close_range, std::max(first, kept + 1), ~0U, 0);
}

/// No rule follows, so everything that the ruleset handles is denied.
int deny_files() {
    auto const abi =
        syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 0) return errno;
    struct {
        std::uint64_t files;
        std::uint64_t network;
    } handled{.files = kAllFileRights, .network = kAllNetworkRights};
    auto size = sizeof handled;
    if (abi < 4) size = sizeof handled.files;
    if (abi < 5) handled.files = kAllFileRights >> 1;
    if (abi < 3) handled.files = kAllFileRights >> 2;
    if (abi < 2) handled.files = kFileRightsOfAbi1;
    auto const ruleset = syscall(SYS_landlock_create_ruleset, &handled, size, 0);
    if (ruleset < 0) return errno;
    auto const denied = syscall(SYS_landlock_restrict_self, ruleset, 0) < 0 ? errno : 0;
    close(static_cast<int>(ruleset));
    return denied;
}

/// Returns 0, or an errno.
int filter_system_calls() {
    std::unique_ptr<void, Releaser> const context(seccomp_init(SCMP_ACT_KILL_PROCESS));
    if (context == nullptr) return ENOMEM;
    auto* const filter = context.get();
    int failed = 0;
    auto const add = [&failed](int code) {
        if (code < 0) failed = -code;
    };
    for (auto const number : kAllowed)
        add(seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number, 0, nullptr));
    auto const allow_if = [&](int number, scmp_arg_cmp const& condition) {
        add(seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number, 1, &condition));
    };
    // Memory is for data, never for code.
    for (auto const number : {SCMP_SYS(mmap), SCMP_SYS(mprotect)})
        allow_if(number, {.arg = 2, .op = SCMP_CMP_MASKED_EQ, .datum_a = PROT_EXEC, .datum_b = 0});
    // Threads, never processes. Of clone3 a filter cannot see the flags; glibc goes back to clone.
    allow_if(
        SCMP_SYS(clone),
        {.arg = 0, .op = SCMP_CMP_MASKED_EQ, .datum_a = CLONE_THREAD, .datum_b = CLONE_THREAD});
    add(seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0, nullptr));
    allow_if(SCMP_SYS(prctl), {.arg = 0, .op = SCMP_CMP_EQ, .datum_a = PR_SET_NAME, .datum_b = 0});
    // abort() signals its own thread, and nobody else.
    allow_if(SCMP_SYS(tgkill), {.arg = 0,
                                .op = SCMP_CMP_EQ,
                                .datum_a = static_cast<scmp_datum_t>(getpid()),
                                .datum_b = 0});
    if (failed == 0) failed = -seccomp_load(filter);
    return failed;
}

}  // namespace

std::vector<std::string> enter_sandbox(int socket, std::uint64_t memory) {
    std::vector<std::string> lacks;
    close_others(socket);
    // Standard error may be a file, of which nothing more may be written.
    std::signal(SIGXFSZ, SIG_IGN);
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
    // Sanitizers map terabytes.
    limit(RLIMIT_AS, memory);
#else
    static_cast<void>(memory);
#endif
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, kDescriptors);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        lacks.push_back(missing("no_new_privs", errno));
    if (auto const error = deny_files(); error != 0) lacks.push_back(missing("Landlock", error));
    if (auto const error = filter_system_calls(); error != 0)
        lacks.push_back(missing("seccomp", error));
    return lacks;
}

}  // namespace directfanz::worker
