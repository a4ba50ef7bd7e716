// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/process/subprocess.h"
#include "domain/osinfo/os_ids.h"
#include "domain/osinfo/osinfo.h"
#include "domain/osinfo/osinfo_data.h"
#include "tests/support/test.h"
#include <map>
#include <set>

using namespace h2k;
using test::assert_equal;
using test::unwrap;

static std::string data_folder() { return std::string{g_getenv("H2K_SOURCE_ROOT")} + "/osinfo-data/libosinfo"; }

static Inspection linux_guest(const char *distro, const char *version, const char *kernel = "") {
    LinuxFacts facts{.distro = distro};
    if (*kernel)
        facts.kernels = {{.version = kernel}};
    return {.system = std::move(facts), .version = version};
}

static void expect(const Inspection &guest, const char *id, const char *how) {
    const OsinfoChoice choice = choose_osinfo(guest);
    assert_equal(choice.id, id);
    assert_equal(choice.how, how);
}

static void exact_release() {
    expect(linux_guest("debian", "11"), "http://debian.org/debian/11", "exact");
    expect(linux_guest("ubuntu", "22.04"), "http://ubuntu.com/ubuntu/22.04", "exact");
    expect(linux_guest("fedora", "37"), "http://fedoraproject.org/fedora/37", "exact");
    expect(linux_guest("debian", ""), "http://debian.org/debian/testing", "exact");
}

static void release_of_our_own_data() {
    expect(linux_guest("debian", "12"), "http://debian.org/debian/12", "exact");
    expect(linux_guest("ubuntu", "24.04"), "http://ubuntu.com/ubuntu/24.04", "exact");
}

static void other_spellings() {
    expect(linux_guest("rocky", "9.3"), "http://rockylinux.org/rocky/9", "exact");
    expect(linux_guest("almalinux", "8.7"), "http://almalinux.org/almalinux/8", "exact");
    expect(linux_guest("sles", "15.4"), "http://suse.com/sle/15.4", "exact");
    expect(linux_guest("sles", "12.5"), "http://suse.com/sles/12.5", "exact");
    expect(linux_guest("opensuse-leap", "15.4"), "http://opensuse.org/opensuse/15.4", "exact");
    expect(linux_guest("opensuse-tumbleweed", "20230601"), "http://opensuse.org/opensuse/tumbleweed", "exact");
    expect(linux_guest("alpine", "3.17.2"), "http://alpinelinux.org/alpinelinux/3.17", "exact");
    expect(linux_guest("centos", "7"), "http://centos.org/centos/7.0", "exact");
    expect(linux_guest("arch", ""), "http://archlinux.org/archlinux/rolling", "exact");
    Inspection stream = linux_guest("centos", "8");
    stream.pretty_name = "CentOS Stream 8";
    expect(stream, "http://centos.org/centos-stream/8", "exact");
}

static void closest_older_release() {
    expect(linux_guest("rhel", "9.2"), "http://redhat.com/rhel/9.1", "closest older release");
    expect(linux_guest("rhel", "8.5.1"), "http://redhat.com/rhel/8.5", "exact");
    expect(linux_guest("fedora", "40"), "http://fedoraproject.org/fedora/37", "closest older release");
    expect(linux_guest("ol", "8.9"), "http://oracle.com/ol/8.5", "closest older release");
    expect(linux_guest("debian", "2.9"), "http://debian.org/debian/2.2", "closest older release");
}

static void generic_and_unknown() {
    expect(linux_guest("strange", "1", "6.1.0-18-amd64"), "http://libosinfo.org/linux/2022",
           "generic Linux by its kernel");
    expect(linux_guest("strange", "1", "5.4.17-2136"), "http://libosinfo.org/linux/2020",
           "generic Linux by its kernel");
    expect(linux_guest("", "", "4.4.0"), "http://libosinfo.org/linux/2016", "generic Linux by its kernel");
    expect(linux_guest("strange", "1", "2.6.32-754"), "http://libosinfo.org/unknown", "unknown");
    expect(linux_guest("strange", "../../x", "garbage"), "http://libosinfo.org/unknown", "unknown");
    expect(linux_guest("strange", ""), "http://libosinfo.org/unknown", "unknown");
    expect(Inspection{}, "http://libosinfo.org/unknown", "unknown");
}

static void versions_compare_by_number() {
    g_assert_cmpint(compare_versions("9", "10"), <, 0);
    g_assert_cmpint(compare_versions("22.10", "22.04"), >, 0);
    g_assert_cmpint(compare_versions("9", "9.0"), ==, 0);
    g_assert_cmpint(compare_versions("7.10", "7.9"), >, 0);
    g_assert_false(is_plain_version("9-unknown"));
    g_assert_false(is_plain_version(""));
}

static void support_of_devices() {
    const DeviceSupport debian = device_support(choose_osinfo(linux_guest("debian", "12")));
    g_assert_true(debian.q35 && debian.virtio_block && debian.virtio_net && debian.virtio_modern && debian.virtio_rng &&
                  debian.virtio_balloon && debian.virtio_serial && debian.virtio_gpu && debian.xhci);
    g_assert_cmpuint(debian.recommended_memory, ==, 2ull << 30);
    const DeviceSupport old = device_support({"http://centos.org/centos/6.10", ""});
    g_assert_true(old.virtio_block && old.virtio_net && !old.virtio_modern && !old.q35 && !old.xhci);
    const DeviceSupport windows = device_support({"http://microsoft.com/win/10", ""});
    g_assert_true(windows.q35 && !windows.virtio_block && !windows.virtio_net);
    for (const char *id : {"http://libosinfo.org/unknown", "http://example.org/none", ""}) {
        const DeviceSupport none = device_support({id, ""});
        g_assert_false(none.q35 || none.virtio_block || none.virtio_net || none.xhci);
        g_assert_cmpuint(none.recommended_memory, ==, 0);
    }
}

static std::vector<OsinfoOs *> all_systems() {
    std::vector<OsinfoOs *> systems;
    const auto list = Ref<OsinfoOsList>::adopt(osinfo_db_get_os_list(OsinfoData::whole().db()));
    for (gint i = 0; i < osinfo_list_get_length(OSINFO_LIST(list.get())); ++i)
        systems.push_back(OSINFO_OS(osinfo_list_get_nth(OSINFO_LIST(list.get()), i)));
    return systems;
}

/// Every system's devices are the same, whether all of the database is read or only what it needs.
static void parts_know_all_devices() {
    std::size_t known = 0, number = 0;
    for (auto *os : all_systems()) {
        const OsinfoChoice choice{osinfo_entity_get_id(OSINFO_ENTITY(os)), ""};
        // By what its distribution needs for a choice, or by what it needs itself.
        if (const char *distro = osinfo_os_get_distro(os); distro && ++number % 2)
            g_assert_false(choose_osinfo(linux_guest(distro, "1")).id.empty());
        const auto part = device_support(choice), all = device_support(choice, OsinfoReading::all);
        if (!(part == all))
            g_error("%s: other devices", choice.id.c_str());
        known += all.virtio_block;
    }
    g_assert_cmpuint(known, >, 200);
}

/// Guests with the names of every system, its releases, other ones, and none at all, get the same choice.
static void parts_choose_alike() {
    std::map<std::string, std::set<std::string>> guests;
    for (const char *other : {"strange", "sles_sap", "pop", "endless", "raspbian", "opensuse-leap", "void",
                              "opensuse-tumbleweed", "rockylinux", "scientific", "clear-linux-os", "arch", "alpine"})
        guests[other] = {"9", "12", "15.4", "11.2"};
    for (auto *os : all_systems()) {
        const char *distro = osinfo_os_get_distro(os), *version = osinfo_product_get_version(OSINFO_PRODUCT(os));
        if (distro && version)
            guests[distro].insert(version);
    }
    std::size_t exact = 0;
    for (auto &[distro, versions] : guests) {
        versions.insert({"", "0.1", "9.1.7", "2099"});
        for (const auto &version : versions) {
            const auto guest = linux_guest(distro.c_str(), version.c_str(), "5.10.0");
            const auto part = choose_osinfo(guest), all = choose_osinfo(guest, OsinfoReading::all);
            if (part.id != all.id || part.how != all.how)
                g_error("%s %s: %s (%s), with all data %s (%s)", distro.c_str(), version.c_str(), part.id.c_str(),
                        part.how.c_str(), all.id.c_str(), all.how.c_str());
            exact += all.how == "exact";
        }
    }
    g_assert_cmpuint(exact, >, 300);
}

static void additions_count() {
    const Owned<char> folder{g_dir_make_tmp("h2k-XXXXXX", nullptr)};
    g_setenv("OSINFO_USER_DIR", folder.get(), TRUE);
    g_assert_false(OsinfoData::of_products({"debian"}) || OsinfoData::of_system("http://debian.org/debian/11"));
    g_unsetenv("OSINFO_USER_DIR");
    g_assert_true(OsinfoData::of_products({"debian"}) && OsinfoData::of_system("http://debian.org/debian/11"));
    g_assert_false(OsinfoData::of_products({"strange"}) || OsinfoData::of_system("http://../etc/passwd"));
    rmdir(folder.get());
}

static Finished validate(const std::string &folder) {
    return unwrap(run_command({.argv = {"osinfo-db-validate", "--dir", folder}}, nullptr));
}

static void our_data_is_valid() {
    const Owned<char> tool{g_find_program_in_path("osinfo-db-validate")};
    if (!tool) {
        g_test_skip("osinfo-db-validate is not installed");
        return;
    }
    const Finished good = validate(data_folder());
    assert_equal(good.errors, "");
    g_assert_cmpint(good.status, ==, 0);
    // The tool itself must be able to say no.
    const Owned<char> folder{g_dir_make_tmp("h2k-XXXXXX", nullptr)};
    const std::string bad = std::string{folder.get()} + "/bad.xml";
    unwrap(write_file(bad, "<libosinfo version='0.0.1'><os id='x'><nonsense/></os></libosinfo>"));
    g_assert_cmpint(validate(folder.get()).status, !=, 0);
    unlink(bad.c_str());
    rmdir(folder.get());
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, nullptr);
    g_setenv("VIRT_HYPER2KVM_OSINFO_DIR", data_folder().c_str(), TRUE);
    g_test_add_func("/osinfo/exact", exact_release);
    g_test_add_func("/osinfo/own-data", release_of_our_own_data);
    g_test_add_func("/osinfo/spellings", other_spellings);
    g_test_add_func("/osinfo/closest-older", closest_older_release);
    g_test_add_func("/osinfo/generic", generic_and_unknown);
    g_test_add_func("/osinfo/versions", versions_compare_by_number);
    g_test_add_func("/osinfo/devices", support_of_devices);
    g_test_add_func("/osinfo/parts/devices", parts_know_all_devices);
    g_test_add_func("/osinfo/parts/choice", parts_choose_alike);
    g_test_add_func("/osinfo/parts/additions", additions_count);
    g_test_add_func("/osinfo/data-is-valid", our_data_is_valid);
    return g_test_run();
}
