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

/// Boot Loader Specification: kernels that systemd's kernel-install placed lie in a folder that the machine ID names.
Result<bool> boots_by_id(RequestedChanges &requested, const std::string &id) {
    text::ConfigReader reader{most_entries, most_bytes};
    for (const auto *glob :
         {"/boot/loader/entries/*.conf", "/boot/efi/loader/entries/*.conf", "/efi/loader/entries/*.conf"})
        for (const auto &path : H2K_TRY(requested.guest().list(glob))) {
            const auto entry = H2K_TRY(reader.read(requested.guest(), path, requested.finding().warnings));
            if (entry && entry->find("/" + id + "/") != std::string::npos)
                return true;
        }
    return false;
}

Result<> renew(RequestedChanges &requested) {
    const auto &guest = requested.guest();
    const auto file = H2K_TRY(text::read_config(guest, "/etc/machine-id", requested.finding().warnings));
    const std::string id{trim(file.value_or(""))};
    if (is_id(id) && H2K_TRY(boots_by_id(requested, id))) {
        requested.warn(_("The guest's boot loader finds its kernels by the machine ID, so that stays as it is."));
        return {};
    }
    // Empty, and not "uninitialized": with that systemd would count this as a first boot and set all services as their
    // presets say, machine-id(5).
    if (file && !file->empty())
        H2K_CHECK(requested.file({"/etc/machine-id", "", 0444}, _("The guest makes a new machine ID when it starts.")));
    if (!H2K_TRY(guest.link("/var/lib/dbus/machine-id")))
        H2K_CHECK(requested.absent("/var/lib/dbus/machine-id", _("D-Bus takes the new machine ID.")));
    return {};
}

/// Two machines that start from one seed could make the same keys.  Without a file the kernel's own sources count
/// alone, among them the domain's virtio-rng, and the guest writes a new one when it stops.
Result<> drop_seeds(RequestedChanges &requested) {
    for (const auto *path : seeds)
        H2K_CHECK(
            requested.absent(path, _("A random seed is not shared with another machine; the guest makes its own.")));
    return {};
}

} // namespace

Result<Finding> plan_identity(const FixerInput &input) {
    Finding finding;
    RequestedChanges requested{input.guest, finding};
    if (input.facts.clock_is_local)
        requested.warn(
            _("The guest keeps its hardware clock in local time; the domain's clock has the local time of the "
              "host, whose time zone has to be the guest's."));
    if (input.options.machine_id == MachineId::keep)
        return finding;
    H2K_CHECK(renew(requested));
    H2K_CHECK(drop_seeds(requested));
    return finding;
}

} // namespace h2k
