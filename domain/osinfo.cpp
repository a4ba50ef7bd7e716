// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/osinfo.h"
#include "config.h"
#include "convert/base/files.h"
#include "domain/os_ids.h"
// libosinfo's headers have no extern "C", and GIO's must not be included through them.
#include <gio/gio.h>
extern "C" {
#include <osinfo/osinfo.h>
}

namespace h2k {

namespace {

constexpr const char *unknown_id = "http://libosinfo.org/unknown";

/// The system's database with our additions.  A part that cannot be read is ignored: the choice is then less exact.
OsinfoDb *database() {
    static const auto loader = [] {
        auto made = Ref<OsinfoLoader>::adopt(osinfo_loader_new());
        GError *error = nullptr;
        osinfo_loader_process_default_path(made.get(), &error);
        g_clear_error(&error);
        const char *named = g_getenv("VIRT_HYPER2KVM_OSINFO_DIR");
        const std::string folder = named ? named : H2K_OSINFO_DIR;
        if (path_exists(folder))
            osinfo_loader_process_path(made.get(), folder.c_str(), &error);
        g_clear_error(&error);
        return made;
    }();
    return osinfo_loader_get_db(loader.get());
}

bool has_short_id(OsinfoOs *os, const std::string &wanted) {
    const std::unique_ptr<GList, decltype(&g_list_free)> ids{osinfo_product_get_short_id_list(OSINFO_PRODUCT(os)),
                                                             g_list_free};
    for (const GList *at = ids.get(); at; at = at->next)
        if (wanted == static_cast<const char *>(at->data))
            return true;
    return false;
}

OsinfoOs *by_short_id(OsinfoList *list, const std::string &id) {
    for (gint i = 0; i < osinfo_list_get_length(list); ++i)
        if (auto *os = OSINFO_OS(osinfo_list_get_nth(list, i)); has_short_id(os, id))
            return os;
    return nullptr;
}

/// Does @a describe the guest better than @b?  Releases of special editions (Fedora Silverblue) have the same versions.
bool is_closer(OsinfoOs *a, OsinfoOs *b, const OsNames &names) {
    const std::string left = osinfo_product_get_version(OSINFO_PRODUCT(a));
    const std::string right = osinfo_product_get_version(OSINFO_PRODUCT(b));
    if (const int order = compare_versions(left, right); order != 0)
        return order > 0;
    const bool a_is_plain = has_short_id(a, names.prefix + left), b_is_plain = has_short_id(b, names.prefix + right);
    if (a_is_plain != b_is_plain)
        return a_is_plain;
    return g_strcmp0(osinfo_entity_get_id(OSINFO_ENTITY(a)), osinfo_entity_get_id(OSINFO_ENTITY(b))) < 0;
}

/// The newest release of the distribution that is not newer than the guest.
OsinfoOs *closest_older(OsinfoList *list, const OsNames &names) {
    OsinfoOs *best = nullptr;
    for (gint i = 0; i < osinfo_list_get_length(list); ++i) {
        auto *os = OSINFO_OS(osinfo_list_get_nth(list, i));
        const char *text = osinfo_product_get_version(OSINFO_PRODUCT(os));
        const std::string version = text ? text : "";
        if (g_strcmp0(osinfo_os_get_distro(os), names.distro.c_str()) == 0 && is_plain_version(version) &&
            compare_versions(version, names.version) <= 0 && (!best || is_closer(os, best, names)))
            best = os;
    }
    return best;
}

OsinfoChoice chosen(OsinfoOs *os, const char *how) { return {osinfo_entity_get_id(OSINFO_ENTITY(os)), how}; }

std::uint64_t recommended_memory(OsinfoOs *os) {
    const auto list = Ref<OsinfoResourcesList>::adopt(osinfo_os_get_recommended_resources(os));
    gint64 most = 0;
    for (gint i = 0; i < osinfo_list_get_length(OSINFO_LIST(list.get())); ++i)
        most =
            std::max(most, osinfo_resources_get_ram(OSINFO_RESOURCES(osinfo_list_get_nth(OSINFO_LIST(list.get()), i))));
    return static_cast<std::uint64_t>(most);
}

} // namespace

OsinfoChoice choose_osinfo(const Inspection &guest) {
    const auto all = Ref<OsinfoOsList>::adopt(osinfo_db_get_os_list(database()));
    OsinfoList *list = OSINFO_LIST(all.get());
    const OsNames names = os_names(guest);
    for (const std::string &id : names.short_ids)
        if (OsinfoOs *os = by_short_id(list, id))
            return chosen(os, "exact");
    if (OsinfoOs *os = names.version.empty() ? nullptr : closest_older(list, names))
        return chosen(os, "closest older release");
    for (const std::string &id : names.any)
        if (OsinfoOs *os = by_short_id(list, id))
            return chosen(os, "some release of the distribution");
    if (const auto &kernels = guest.linux_facts().kernels; !kernels.empty())
        if (OsinfoOs *os = by_short_id(list, generic_linux(kernels.back().version)))
            return chosen(os, "generic Linux by its kernel");
    return {unknown_id, "unknown"};
}

DeviceSupport device_support(const OsinfoChoice &choice) {
    const auto os = Ref<OsinfoOs>::retain(osinfo_db_get_os(database(), choice.id.c_str()));
    if (!os)
        return {};
    const auto devices = Ref<OsinfoDeviceList>::adopt(osinfo_os_get_all_devices(os.get(), nullptr));
    const auto knows = [&](const char *id) {
        return osinfo_list_find_by_id(OSINFO_LIST(devices.get()), id) != nullptr;
    };
    // Ids as in the PCI registry: 10xx below 1040 are virtio before 1.0, 1040 + n is virtio 1.0.
    const auto virtio = [&](const char *old_id, const char *modern_id) {
        return knows((std::string{"http://pcisig.com/pci/1af4/"} + old_id).c_str()) ||
               knows((std::string{"http://pcisig.com/pci/1af4/"} + modern_id).c_str());
    };
    const bool modern = knows("http://pcisig.com/pci/1af4/1041"), net = virtio("1000", "1041");
    return {
        .known = choice.id != unknown_id,
        // A PCIe port offers no I/O space, which virtio before 1.0 needs.
        .q35 = knows("http://qemu.org/chipset/x86/q35") && (modern || !net),
        .virtio_block = virtio("1001", "1042"),
        .virtio_net = net,
        .virtio_modern = modern,
        .virtio_rng = virtio("1005", "1044"),
        .virtio_balloon = virtio("1002", "1045"),
        .virtio_serial = virtio("1003", "1043"),
        .virtio_gpu = knows("http://pcisig.com/pci/1af4/1050"),
        .xhci = knows("http://pcisig.com/pci/1b36/0004"),
        .recommended_memory = recommended_memory(os.get()),
    };
}

} // namespace h2k
