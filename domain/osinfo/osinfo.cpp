// SPDX-License-Identifier: LGPL-2.1-or-later
#include "domain/osinfo/osinfo.h"
#include "domain/osinfo/os_ids.h"
#include "domain/osinfo/osinfo_data.h"
#include <map>
#include <mutex>

namespace h2k {

namespace {

constexpr const char *unknown_id = "http://libosinfo.org/unknown";

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

DeviceSupport support_in(OsinfoDb *db, const OsinfoChoice &choice) {
    const auto os = Ref<OsinfoOs>::retain(osinfo_db_get_os(db, choice.id.c_str()));
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

/// The entry of the guest's distribution.
std::optional<OsinfoChoice> choose_release(OsinfoDb *db, const OsNames &names) {
    const auto all = Ref<OsinfoOsList>::adopt(osinfo_db_get_os_list(db));
    OsinfoList *list = OSINFO_LIST(all.get());
    for (const std::string &id : names.short_ids)
        if (OsinfoOs *os = by_short_id(list, id))
            return chosen(os, "exact");
    if (OsinfoOs *os = names.version.empty() ? nullptr : closest_older(list, names))
        return chosen(os, "closest older release");
    for (const std::string &id : names.any)
        if (OsinfoOs *os = by_short_id(list, id))
            return chosen(os, "some release of the distribution");
    return std::nullopt;
}

/// How the names of the distribution's files in the database may begin.
std::vector<std::string> products_of(const OsNames &names) {
    std::vector<std::string> products{names.distro};
    if (!names.prefix.empty())
        products.push_back(names.prefix.ends_with('-') ? names.prefix.substr(0, names.prefix.size() - 1)
                                                       : names.prefix);
    return products;
}

/// The last part of the database that was needed; the next question is often about the same distribution.
struct LastPart {
    std::mutex mutex;
    std::vector<std::string> products;
    std::optional<OsinfoData> data;
};
LastPart &last_part() {
    static LastPart last;
    return last;
}

std::optional<OsinfoChoice> choose_in_part(const OsNames &names) {
    auto &last = last_part();
    const std::lock_guard lock{last.mutex};
    auto products = products_of(names);
    if (products != last.products) {
        last.data = OsinfoData::of_products(products);
        last.products = std::move(products);
    }
    return last.data ? choose_release(last.data->db(), names) : std::nullopt;
}

DeviceSupport support_by_part(const OsinfoChoice &choice) {
    auto &last = last_part();
    const std::lock_guard lock{last.mutex};
    if (last.data && osinfo_db_get_os(last.data->db(), choice.id.c_str()))
        return support_in(last.data->db(), choice);
    const auto part = OsinfoData::of_system(choice.id);
    return support_in(part ? part->db() : OsinfoData::whole().db(), choice);
}

} // namespace

OsinfoChoice choose_osinfo(const Inspection &guest, OsinfoReading reading) {
    const OsNames names = os_names(guest);
    if (reading == OsinfoReading::needed && !names.distro.empty())
        if (auto choice = choose_in_part(names))
            return *choice;
    auto *db = OsinfoData::whole().db();
    if (auto choice = choose_release(db, names))
        return *choice;
    const auto all = Ref<OsinfoOsList>::adopt(osinfo_db_get_os_list(db));
    if (const auto &kernels = guest.linux_facts().kernels; !kernels.empty())
        if (OsinfoOs *os = by_short_id(OSINFO_LIST(all.get()), generic_linux(kernels.back().version)))
            return chosen(os, "generic Linux by its kernel");
    return {unknown_id, "unknown"};
}

DeviceSupport device_support(const OsinfoChoice &choice, OsinfoReading reading) {
    if (reading == OsinfoReading::all)
        return support_in(OsinfoData::whole().db(), choice);
    static std::mutex mutex;
    static std::map<std::string, DeviceSupport> answers; // a job asks several times
    const std::lock_guard lock{mutex};
    auto known = answers.find(choice.id);
    if (known == answers.end())
        known = answers.emplace(choice.id, support_by_part(choice)).first;
    return known->second;
}

} // namespace h2k
