#include "worker/sandbox.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include <fcntl.h>
#include <linux/landlock.h>
#include <malloc.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace directfanz::worker {

namespace {

/// Of descriptors: those that are open, and none more to speak of.
constexpr rlim_t kDescriptors = 16;
constexpr rlim_t kDescriptorsOfDrivers = 512;

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
#if __has_feature(address_sanitizer)
    // By a pipe UBSan finds out whether an object's memory can be read.
    SCMP_SYS(pipe),
    SCMP_SYS(pipe2),
#endif
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

/// Of Landlock: the first three rights of reading, and what a device needs.
constexpr std::uint64_t kReadRights =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
/// LANDLOCK_ACCESS_FS_IOCTL_DEV, of ABI 5.
constexpr std::uint64_t kDeviceControl = std::uint64_t{1} << 15;
constexpr std::uint64_t kDeviceRights =
    LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | kDeviceControl;

/// Libraries, drivers and their settings, and where cards tell what they are. Of /etc nothing else:
/// there lie other people's passwords and keys.
constexpr std::array kReadable{"/usr",
                               "/lib",
                               "/lib64",
                               "/sys",
                               "/proc",
                               "/etc/ld.so.cache",
                               "/etc/ld.so.conf",
                               "/etc/ld.so.conf.d",
                               "/etc/glvnd",
                               "/etc/vulkan",
                               "/etc/OpenCL",
                               "/etc/drirc",
                               "/etc/nvidia",
                               "/etc/libva.conf"};

/// Adds what is there; what is not there cannot be opened anyway.
void allow(int ruleset, std::filesystem::path const& path, std::uint64_t rights) {
    auto const place = open(path.c_str(), O_PATH | O_CLOEXEC);
    if (place < 0) return;
    // A right that only a folder can have makes the rule for a file invalid.
    struct stat status{};
    auto const is_folder = fstat(place, &status) == 0 && S_ISDIR(status.st_mode);
    if (!is_folder) rights &= ~std::uint64_t{LANDLOCK_ACCESS_FS_READ_DIR};
    landlock_path_beneath_attr const rule{.allowed_access = rights, .parent_fd = place};
    syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    close(place);
}

void allow_devices(int ruleset, std::uint64_t handled) {
    for (auto const* const folder : kReadable) allow(ruleset, folder, kReadRights);
    allow(ruleset, "/dev/dri", (kDeviceRights | LANDLOCK_ACCESS_FS_READ_DIR) & handled);
    std::error_code error;
    for (auto const& entry : std::filesystem::directory_iterator("/dev", error)) {
        if (entry.path().filename().string().starts_with("nvidia"))
            allow(ruleset, entry.path(), kDeviceRights & handled);
    }
}

/// But for devices no rule follows, so everything that the ruleset handles is denied.
int deny_files(Devices devices) {
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
    if (devices == Devices::encoders) allow_devices(static_cast<int>(ruleset), handled.files);
    auto const denied = syscall(SYS_landlock_restrict_self, ruleset, 0) < 0 ? errno : 0;
    close(static_cast<int>(ruleset));
    return denied;
}

/// What no driver needs, and nobody who has taken one over shall have.
constexpr std::array kRefused{
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(fork),
    SCMP_SYS(vfork),
    SCMP_SYS(socket),
    SCMP_SYS(connect),
    SCMP_SYS(bind),
    SCMP_SYS(listen),
    SCMP_SYS(accept),
    SCMP_SYS(accept4),
    SCMP_SYS(kill),
    SCMP_SYS(tkill),
    SCMP_SYS(rt_sigqueueinfo),
    SCMP_SYS(rt_tgsigqueueinfo),
    SCMP_SYS(pidfd_open),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(pidfd_send_signal),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(keyctl),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(reboot),
};

/// For drivers. Returns 0, or an errno.
int refuse_system_calls() {
    std::unique_ptr<void, Releaser> const context(seccomp_init(SCMP_ACT_ALLOW));
    if (context == nullptr) return ENOMEM;
    int failed = 0;
    auto const refuse = [&](int number, std::vector<scmp_arg_cmp> const& conditions) {
        auto const code =
            seccomp_rule_add_array(context.get(), SCMP_ACT_ERRNO(EPERM), number,
                                   static_cast<unsigned>(conditions.size()), conditions.data());
        if (code < 0) failed = -code;
    };
    for (auto const number : kRefused) refuse(number, {});
    refuse(SCMP_SYS(clone),
           {{.arg = 0, .op = SCMP_CMP_MASKED_EQ, .datum_a = CLONE_THREAD, .datum_b = 0}});
    // Signals and limits are for itself alone.
    auto const own = static_cast<scmp_datum_t>(getpid());
    refuse(SCMP_SYS(tgkill), {{.arg = 0, .op = SCMP_CMP_NE, .datum_a = own, .datum_b = 0}});
    refuse(SCMP_SYS(prlimit64), {{.arg = 0, .op = SCMP_CMP_NE, .datum_a = 0, .datum_b = 0}});
    auto const code =
        seccomp_rule_add_array(context.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0, nullptr);
    if (code < 0) failed = -code;
    if (failed == 0) failed = -seccomp_load(context.get());
    return failed;
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

std::vector<std::string> enter_sandbox(int socket, std::uint64_t memory, Devices devices) {
    std::vector<std::string> lacks;
    close_others(socket);
    // Standard error may be a file, of which nothing more may be written.
    std::signal(SIGXFSZ, SIG_IGN);
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
    // Sanitizers map terabytes.
    if (devices == Devices::none) limit(RLIMIT_AS, memory);
#else
    static_cast<void>(memory);
#endif
    // An arena of its own that a thread gives memory back from has glibc read a file of /proc.
    mallopt(M_ARENA_MAX, 1);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_NOFILE, devices == Devices::none ? kDescriptors : kDescriptorsOfDrivers);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        lacks.push_back(missing("no_new_privs", errno));
    if (auto const error = deny_files(devices); error != 0)
        lacks.push_back(missing("Landlock", error));
    auto const filtered = devices == Devices::none ? filter_system_calls() : refuse_system_calls();
    if (filtered != 0) lacks.push_back(missing("seccomp", filtered));
    return lacks;
}

}  // namespace directfanz::worker
