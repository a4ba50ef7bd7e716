// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/pipeline/report/unified_diff.h"
#include "convert/base/descriptor.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/secrets/mask.h"
#include <cerrno>
#include <sys/mman.h>

namespace h2k {

namespace {

/// The first character of a line says which version it is of.
std::string masked(std::string_view diff) {
    std::string shown;
    while (!diff.empty()) {
        const auto end = std::min(diff.find('\n'), diff.size() - 1) + 1;
        shown += diff.front();
        shown += without_secrets(diff.substr(1, end - 1));
        diff.remove_prefix(end);
    }
    return shown;
}

Result<HeldFile> in_memory(std::string_view content) {
    Descriptor memory{memfd_create("virt-hyper2kvm-diff", MFD_CLOEXEC)};
    const int why = memory ? write_all(memory.get(), content) : errno;
    if (why != 0)
        return fail(H2K_ERROR_FAILED, _("A file of the guest cannot be kept in memory: %s."), g_strerror(why));
    return HeldFile{std::move(memory)};
}

} // namespace

Result<std::string> unified_diff(const std::string &path, const std::optional<std::string> &before,
                                 const std::optional<std::string> &after, GCancellable *cancel) {
    const auto old = H2K_TRY(in_memory(before.value_or(""))), now = H2K_TRY(in_memory(after.value_or("")));
    const auto done =
        H2K_TRY(run_command({.argv = {"diff", "-u", "--text", "--label", before ? "a" + printable(path) : "/dev/null",
                                      "--label", after ? "b" + printable(path) : "/dev/null", old.name(), now.name()},
                             .files = {old, now}},
                            cancel));
    if (done.status > 1)
        return fail(H2K_ERROR_FAILED, _("Cannot compare the versions of “%s”: %s"), path.c_str(), done.errors.c_str());
    return masked(done.output);
}

} // namespace h2k
