// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/check/boot/domain.h"
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "convert/base/process/programs.h"
#include "convert/check/boot/leftovers.h"
#include <cerrno>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

/// Path of virt-hyper2kvm-boot.
std::string boot_program() { return own_program("virt-hyper2kvm-boot"); }

constexpr std::size_t longest_event = 64u << 10;
constexpr std::size_t screenshot_limit = 64u << 20;
constexpr int end_timeout = 15000; // milliseconds
// The path of a UNIX socket has at most 107 characters, and libvirt appends up to about 80.
constexpr std::size_t longest_parent = 24;

/// libvirt must not touch the result: no change of owner, no security label, no mount namespace; cgroups and virtlogd
/// are not available in a container.
std::string qemu_conf(const std::optional<PrivateUser> &user) {
    std::string text = "stdio_handler = \"file\"\n"
                       "security_driver = \"none\"\n"
                       "dynamic_ownership = 0\n"
                       "remember_owner = 0\n"
                       "seccomp_sandbox = 1\n"
                       "namespaces = []\n"
                       "cgroup_controllers = []\n";
    if (geteuid() != 0)
        return text;
    const auto runs_as = user.value_or(PrivateUser{});
    return text + "user = \"+" + std::to_string(runs_as.uid) + "\"\ngroup = \"+" + std::to_string(runs_as.gid) + "\"\n";
}

/// A search path with only the programs that a boot test may need.  Without it libvirt queries the capabilities of
/// every installed emulator, which may take many seconds.
Result<> link_programs(const std::string &bin) {
    H2K_CHECK(make_folder(bin, 0755));
    for (const char *name :
         {"qemu-system-x86_64", "qemu-kvm", "kvm", "swtpm", "swtpm_setup", "swtpm_ioctl", "dmidecode"}) {
        const Owned<char> path{g_find_program_in_path(name)};
        if (path && symlink(path.get(), (bin + "/" + name).c_str()) != 0)
            return fail(H2K_ERROR_FAILED, "%s: %s", bin.c_str(), g_strerror(errno));
    }
    return {};
}

Result<> fill_root(const std::string &root, const BootDomainOrder &order) {
    if (order.user &&
        (chown(root.c_str(), static_cast<uid_t>(-1), order.user->gid) != 0 || chmod(root.c_str(), 0710) != 0))
        return fail(H2K_ERROR_FAILED, "%s: %s", root.c_str(), g_strerror(errno));
    H2K_CHECK(make_folder(root + "/etc", 0700));
    H2K_CHECK(link_programs(root + "/bin"));
    H2K_CHECK(write_file(root + "/etc/qemu.conf", qemu_conf(order.user)));
    const auto xml = H2K_TRY(order.describe(root));
    return write_file(root + "/domain.xml", xml);
}

/// After a failure there is none, with what it has of the guest.
Result<std::string> make_root(const BootDomainOrder &order, Descriptor &lock) {
    std::string root = BootDomain::parent() + "/h2k-XXXXXX";
    if (!mkdtemp(root.data()))
        return fail(H2K_ERROR_FAILED, _("Cannot create a folder in “%s”: %s."), folder_of(root).c_str(),
                    g_strerror(errno));
    lock = lock_boot_folder(root);
    if (!lock)
        return fail(H2K_ERROR_FAILED, _("Cannot lock “%s”: %s."), root.c_str(), g_strerror(errno));
    if (auto filled = fill_root(root, order); !filled) {
        remove_boot_folder(root);
        return std::unexpected(std::move(filled).error());
    }
    return root;
}

/// Starts the process with one end of a socket pair as its standard input; returns the other end in @socket.
Result<Ref<GSubprocess>> spawn(const std::string &root, const BootDomainOrder &order, const Descriptor &lock,
                               Descriptor &socket) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(H2K_ERROR_FAILED, "socketpair: %s", g_strerror(errno));
    socket = Descriptor{ends[0]};
    const auto launcher = Ref<GSubprocessLauncher>::adopt(
        g_subprocess_launcher_new(static_cast<GSubprocessFlags>(G_SUBPROCESS_FLAGS_STDOUT_SILENCE)));
    g_subprocess_launcher_take_stdin_fd(launcher.get(), ends[1]);
    if (const int shared = fcntl(lock.get(), F_DUPFD_CLOEXEC, boot_lock_fd); shared >= 0)
        g_subprocess_launcher_take_fd(launcher.get(), shared, boot_lock_fd);
    g_subprocess_launcher_set_stderr_file_path(launcher.get(), (root + "/messages").c_str());
    g_subprocess_launcher_setenv(launcher.get(), "PATH", (root + "/bin").c_str(), TRUE);
    const std::string program = boot_program();
    const auto addresses = std::to_string(order.limits.address_space), size = std::to_string(order.limits.file_size),
               seconds = std::to_string(order.limits.cpu_seconds);
    const char *argv[] = {program.c_str(),        "run",
                          root.c_str(),           order.work.c_str(),
                          name_of(order.network), order.use_kvm ? "kvm" : "tcg",
                          addresses.c_str(),      size.c_str(),
                          seconds.c_str(),        nullptr};
    GError *error = nullptr;
    auto process = Ref<GSubprocess>::adopt(g_subprocess_launcher_spawnv(launcher.get(), argv, &error));
    if (!process)
        return std::unexpected(Error::take(error));
    return process;
}

} // namespace

std::string BootDomain::parent() {
    const char *runtime = g_getenv("XDG_RUNTIME_DIR");
    if (geteuid() != 0 && runtime && runtime[0] == '/' && strlen(runtime) <= longest_parent)
        return runtime;
    return "/tmp";
}

Result<std::unique_ptr<BootDomain>> BootDomain::start(const BootDomainOrder &order) {
    remove_abandoned_boot_folders(parent());
    Descriptor lock;
    auto root = H2K_TRY(make_root(order, lock));
    Descriptor socket;
    auto process = spawn(root, order, lock, socket);
    if (!process) {
        remove_boot_folder(root);
        return std::unexpected(std::move(process).error().context(_("starting the process of the boot test")));
    }
    std::unique_ptr<BootDomain> domain{new BootDomain{std::move(root), order.work, std::move(lock), std::move(socket)}};
    domain->process_ = *std::move(process);
    return domain;
}

std::optional<std::string> BootDomain::next_event(int milliseconds) {
    for (;;) {
        if (const auto end = received_.find('\n'); end != received_.npos) {
            std::string event = received_.substr(0, end);
            received_.erase(0, end + 1);
            return event;
        }
        if (gone_)
            return "gone";
        struct pollfd waiting{socket_.get(), POLLIN, 0};
        if (poll(&waiting, 1, milliseconds) <= 0)
            return std::nullopt;
        char bytes[4096];
        const ssize_t size = read(socket_.get(), bytes, sizeof bytes);
        if (size > 0 && received_.size() < longest_event)
            received_.append(bytes, static_cast<std::size_t>(size));
        else if (size >= 0 || errno != EINTR)
            gone_ = true;
    }
}

void BootDomain::ask_for_screenshot() {
    static constexpr char command[] = "screenshot\n";
    send(socket_.get(), command, sizeof command - 1, MSG_NOSIGNAL);
}

Result<std::string> BootDomain::screenshot() const {
    // Never through a link: a compromised emulator must not choose what we read.
    const std::string path = root_ + "/screenshot";
    const Descriptor file{open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
    struct stat st{};
    if (!file || fstat(file.get(), &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_size < 0 ||
        static_cast<std::size_t>(st.st_size) > screenshot_limit)
        return fail(H2K_ERROR_FAILED, _("The screenshot of the guest is damaged."));
    std::string picture(static_cast<std::size_t>(st.st_size), '\0');
    std::size_t filled = 0;
    for (ssize_t got = 1; got > 0 && filled < picture.size(); filled += got > 0 ? static_cast<std::size_t>(got) : 0)
        got = pread(file.get(), picture.data() + filled, picture.size() - filled, static_cast<off_t>(filled));
    picture.resize(filled);
    return picture;
}

BootDomain::~BootDomain() {
    shutdown(socket_.get(), SHUT_WR);
    const gint64 until = g_get_monotonic_time() + gint64{end_timeout} * 1000;
    bool clean = false;
    while (!clean && g_get_monotonic_time() < until) {
        const auto event = next_event(200);
        clean = event == "bye";
        if (event == "gone")
            break;
    }
    socket_.reset();
    if (clean)
        return;
    // The process itself was killed, or hangs.
    if (process_)
        g_subprocess_force_exit(process_.get());
    kill_qemu_of(root_);
    remove_boot_folder(root_);
    remove_boot_folder(work_);
}

} // namespace h2k
