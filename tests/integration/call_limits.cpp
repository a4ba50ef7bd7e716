// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/integration/call_limits.h"
#include "convert/appliance/file_calls.h"
#include "convert/appliance/hypervisor.h"
#include "convert/guest/mounted_guest.h"
#include "tests/integration/file_checks.h"
#include "tests/integration/served.h"
#include "tests/support/test.h"

namespace h2k::test {

namespace {

/// The small guest, mounted by an appliance that has little patience.
struct Hasty {
    std::unique_ptr<Served> served;
    std::unique_ptr<WorkFolder> folder;
    std::unique_ptr<Handle> handle;
    std::unique_ptr<Guest> guest;
};
Hasty mount_hastily(const void *folder, CallLimits limits) {
    const std::string work = static_cast<const char *>(folder);
    Hasty opened{.served = std::make_unique<Served>(std::vector{qcow2_disk(work + "/disk.qcow2", work + "/disk.raw")}),
                 .folder = {},
                 .handle = unwrap(Handle::create(nullptr, limits)),
                 .guest = {}};
    Notices notices;
    opened.folder = unwrap(set_up_hypervisor(*opened.handle, false, notices));
    unwrap(add_disk(*opened.handle, opened.served->sockets().front()));
    unwrap(opened.handle->launch());
    g_assert_cmpint(guestfs_mount(opened.handle->call(&CallLimits::work), "/dev/sda1", "/"), ==, 0);
    opened.guest = mounted_guest(appliance_calls(*opened.handle));
    return opened;
}

} // namespace

void endless_program_is_ended(const void *folder) {
    const auto [served, appliance, handle, guest] = mount_hastily(folder, {.program = std::chrono::seconds{20}});
    unwrap(guest->apply(change(RunInGuest{.argv = {"/bin/busybox", "true"}})));
    const auto start = g_get_monotonic_time();
    const auto r = guest->apply(change(RunInGuest{.argv = {"/bin/busybox", "sleep", "600"}}));
    g_assert_cmpint(g_get_monotonic_time() - start, <, 40 * G_USEC_PER_SEC);
    g_assert_true(holds(message_of(r, H2K_ERROR_FAILED), "“/bin/busybox sleep 600” did not end within"));
    g_assert_false(handle->alive());
    message_of(guest->read("/etc/fstab"), H2K_ERROR_FAILED);
}

void silent_appliance_is_ended(const void *folder) {
    const auto [served, appliance, handle, guest] = mount_hastily(folder, {.brief = std::chrono::seconds{20}});
    unwrap(guest->read("/etc/fstab"));
    std::string script = "(sleep 1; kill -STOP $PPID) > /dev/null 2>&1 &";
    char *words[] = {script.data(), nullptr};
    g_assert_nonnull(Owned<char>{guestfs_debug(handle->call(), "sh", words)}.get());
    g_usleep(2 * G_USEC_PER_SEC);
    const auto start = g_get_monotonic_time();
    assert_equal(message_of(guest->read("/etc/owned"), H2K_ERROR_FAILED),
                 "Examining “/etc/owned” in the guest: the appliance did not answer within 1 minutes and was ended. A "
                 "damaged file system can be the cause. Check the guest's file systems where it ran before, and try "
                 "again.");
    g_assert_cmpint(g_get_monotonic_time() - start, <, 40 * G_USEC_PER_SEC);
    g_assert_false(handle->alive());
}

} // namespace h2k::test
