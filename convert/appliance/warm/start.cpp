// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/appliance/warm/start.h"
#include "convert/appliance/hypervisor.h"
#include "convert/appliance/warm/patience.h"
#include "convert/appliance/warm/recordings.h"
#include "convert/appliance/warm/wake.h"
#include "convert/base/i18n.h"
#include "convert/base/messages.h"
#include "convert/confine/warm/recording.h"

namespace h2k {

namespace {

/// Of time in which the appliance could run, until it takes the next step.  That is a third of a second until it is
/// awake, most of which QEMU reads the recording, from a slow disk perhaps; and a second or two until it is ready and
/// libguestfs's daemon has answered.  Disks may lie far away.
constexpr auto until_awake = std::chrono::seconds{10}, until_ready = std::chrono::seconds{20},
               for_each_disk = std::chrono::seconds{5}, until_launched = std::chrono::seconds{10};
/// With what libguestfs does before, on any host.
constexpr auto longest_restore = std::chrono::minutes{10};
constexpr const char *socket_name = "wake";

/// The program that confines QEMU says so where it starts none: the recording is not tried then.
constexpr const char *not_started = "virt-hyper2kvm-confine: ";

Result<WarmAppliance> restore(const Recordings &recordings, const ApplianceOrder &order, Notices &notices,
                              GCancellable *cancel) {
    WarmAppliance warm;
    warm.handle = H2K_TRY(Handle::create(cancel, {.program = order.longest_program, .launch = longest_restore}));
    warm.folder = H2K_TRY(set_up_hypervisor(
        *warm.handle, false, notices,
        {.recordings = recordings.path(), .library = libguestfs_version(*warm.handle), .socket = socket_name}));
    H2K_CHECK(add_disks(*warm.handle, order.disks, order.sector_bytes));
    const auto disks = static_cast<unsigned>(order.disks.size());
    Patience patience{[&handle = *warm.handle] { return handle.launching(); },
                      [&handle = *warm.handle] { handle.end(); }};
    const auto port = H2K_TRY(WakePort::listen(warm.folder->file(socket_name), disks, [&](WakePort::Step step) {
        patience.allow(step == WakePort::Step::connected ? until_awake
                       : step == WakePort::Step::awake   ? until_ready + disks * for_each_disk
                                                         : until_launched);
    }));
    auto launched = warm.handle->launch();
    patience.rest();
    H2K_CHECK(check_cancelled(cancel));
    if (patience.ran_out())
        return fail(H2K_ERROR_FAILED, "%s", _("It did not answer in time, and was ended."));
    H2K_CHECK(std::move(launched));
    return warm;
}

void note_removed(Notices &notices, const std::string &why) {
    notices.note(
        "appliance.not-restored",
        sentence(_("The recorded appliance did not start, and was removed; it was booted instead: %s"), why.c_str()));
}

} // namespace

Result<WarmAppliance> start_warm(const ApplianceOrder &order, Notices &notices, GCancellable *cancel) {
    const auto recordings = Recordings::find();
    const auto kept = recordings ? recordings->kept() : std::nullopt;
    if (!kept)
        return WarmAppliance{};
    if (const auto sound = recordings->require_sound(kept->key); !sound) {
        recordings->drop(kept->key);
        note_removed(notices, sound.error().message());
        return WarmAppliance{};
    }
    Notices of_restore;
    auto warm = restore(*recordings, order, of_restore, cancel);
    if (warm) {
        notices.add(of_restore);
        return warm;
    }
    H2K_CHECK(check_cancelled(cancel));
    const std::string why = warm.error().message();
    g_debug("The appliance is booted: %s", why.c_str());
    const auto handle = H2K_TRY(Handle::create(cancel));
    const auto program = hypervisor_of(*handle);
    const bool still = program && still_hold(kept->facts, *program, libguestfs_version(*handle));
    // The command line is another, of someone who debugs libguestfs, or a disk is not there.
    if (still && why.find(not_started) != std::string::npos)
        return WarmAppliance{};
    recordings->drop(kept->key);
    if (still)
        note_removed(notices, why);
    else
        notices.note("appliance.outdated",
                     _("The appliance was recorded with other programs than this host has now. It was booted, and "
                       "“virt-hyper2kvm appliance prepare” records it again."));
    return WarmAppliance{};
}

} // namespace h2k
