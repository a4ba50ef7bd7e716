// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/i18n.h"
#include "fixers/linux/fixers.h"
#include "fixers/linux/requested_changes.h"
#include "fixers/text/config_file.h"
#include <array>

namespace h2k {

namespace {

constexpr std::array seeds = {"/var/lib/systemd/random-seed", "/var/lib/random-seed",
                              "/var/lib/urandom/random-seed", "/var/lib/misc/random-seed",
                              "/boot/efi/loader/random-seed", "/efi/loader/random-seed",
                              "/boot/loader/random-seed"};
constexpr std::size_t most_entries = 256, most_bytes = 4u << 20;

bool is_id(std::string_view id) {
    return id.size() == 32 && std::ranges::all_of(id, [](char c) { return g_ascii_isxdigit(c); });
}

/// Boot Loader Specification: kernels placed by systemd's kernel-install are in a folder named after the machine ID.
Result<bool> boots_by_id(RequestedChanges &requested, const std::string &id) {
    text::ConfigReader reader{most_entries, most_bytes};
    for (const auto *glob :
         {"/boot/loader/entries/*.conf", "/boot/efi/loader/entries/*.conf", "/efi/loader/entries/*.conf"})
        for (const auto &path : H2K_TRY(requested.guest().list(glob))) {
            const auto entry = H2K_TRY(reader.read(requested.guest(), path, requested.notices()));
            if (entry && entry->find("/" + id + "/") != std::string::npos)
                return true;
        }
    return false;
}

Result<> renew(RequestedChanges &requested) {
    const auto &guest = requested.guest();
    const auto file = H2K_TRY(text::read_config(guest, "/etc/machine-id", requested.notices()));
    const std::string id{trim(file.value_or(""))};
    if (is_id(id) && H2K_TRY(boots_by_id(requested, id))) {
        requested.warn("identity.machine-id-kept",
                       _("The guest's boot loader finds its kernels by the machine ID, so the machine ID is kept."));
        return {};
    }
    // Empty, and not "uninitialized": with that systemd would treat this as a first boot and apply all presets to the
    // services, machine-id(5).
    if (file && !file->empty())
        H2K_CHECK(
            requested.file({"/etc/machine-id", "", 0444}, _("The guest generates a new machine ID when it starts.")));
    if (!H2K_TRY(guest.link("/var/lib/dbus/machine-id")))
        H2K_CHECK(requested.absent("/var/lib/dbus/machine-id", _("D-Bus uses the new machine ID.")));
    return {};
}

/// Two machines that start from one seed could generate the same keys.  Without a file only the kernel's own sources
/// count, among them the domain's virtio-rng, and the guest writes a new one when it stops.
Result<> drop_seeds(RequestedChanges &requested) {
    for (const auto *path : seeds)
        H2K_CHECK(requested.absent(path, _("Two machines must not share a random seed; the guest makes a new one.")));
    return {};
}

} // namespace

Result<Finding> plan_identity(const FixerInput &input) {
    Finding finding;
    RequestedChanges requested{input.guest, finding};
    if (input.facts.clock_is_local)
        requested.note("identity.local-time",
                       _("The guest keeps its hardware clock in local time. The domain's clock follows the local time "
                         "of the host, which has to be in the guest's time zone."));
    if (input.options.machine_id == MachineId::keep)
        return finding;
    H2K_CHECK(renew(requested));
    H2K_CHECK(drop_seeds(requested));
    return finding;
}

} // namespace h2k
