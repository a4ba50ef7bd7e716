// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/program.h"
#include "convert/base/i18n.h"
#include "convert/base/secrets/mask.h"
#include "convert/base/text.h"

namespace h2k {

namespace {

/// $0: where the guest's root is mounted.  A shell that waits stays the first process of the namespace: when it ends,
/// the kernel kills the others (pid_namespaces(7)), and with them whatever holds the output open.
constexpr const char *inside = R"(unset root sd
{ mount --rbind /dev "$0/dev"; mount --rbind /sys "$0/sys"; mount -t proc proc "$0/proc"
  mount --bind /sys/fs/selinux "$0/selinux"; } 2>/dev/null
chroot "$0" "$@"
exit $?)";

/// Prints the exit status in one line, and then the end of what the program said.
constexpr const char *before = "said=$({ unshare --fork --kill-child --pid --mount --ipc --uts --net sh -c ";
constexpr const char *after = "; echo $? > /tmp/h2k-status; } 2>&1 | tail -c 4096); "
                              "cat /tmp/h2k-status; rm /tmp/h2k-status; printf %s \"$said\"";

std::string shell_word(std::string_view word) { return "'" + replace_all(std::string{word}, "'", "'\\''") + "'"; }

/// Run by a shell of the appliance: guestfs_command() waits for all that the program leaves behind.
std::string script_for(const std::vector<std::string> &argv) {
    std::string script = before + shell_word(inside) + " \"$root\"";
    for (const auto &word : argv)
        (script += ' ') += shell_word(word);
    return script + after;
}

} // namespace

Result<> run_program(const Handle &handle, const std::vector<std::string> &argv) {
    if (argv.empty())
        return fail(H2K_ERROR_FAILED, "%s", _("There is no program to run in the guest."));
    const auto line = join(argv, " ");
    auto script = script_for(argv);
    char *words[] = {script.data(), nullptr};
    const Owned<char> answer{guestfs_debug(handle.call(&CallLimits::program), "sh", words)};
    if (!answer && handle.ran_out())
        return fail(
            H2K_ERROR_FAILED,
            _("The guest's program “%s” did not end within %d minutes, and the appliance was ended with it. Give "
              "it more time with --program-timeout, or run it in the guest where that ran before, to see what "
              "it waits for."),
            line.c_str(), minutes(handle.limits().program));
    if (!answer)
        return handle.failed(sentence(_("The guest's program “%s” failed"), line.c_str()));
    const std::string_view text{answer.get()};
    const auto status = text.substr(0, text.find('\n'));
    const auto said = last_words(text.substr(std::min(text.size(), status.size() + 1)));
    g_debug("guest program %s: %s", argv.front().c_str(), without_secrets(said).c_str());
    if (status == "0")
        return {};
    return fail(H2K_ERROR_FAILED, _("The guest's program “%s” failed: %s"), line.c_str(),
                said.empty() ? _("it printed no reason.") : said.c_str());
}

} // namespace h2k
