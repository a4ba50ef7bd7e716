// SPDX-License-Identifier: LGPL-2.1-or-later
// Targets against a libvirtd of the test's own; tests/support/private-libvirtd starts it and names $H2K_PRIVATE.
#include "convert/base/files.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/work_folder.h"
#include "domain/domain_xml.h"
#include "domain/live/host.h"
#include "domain/live/pool_targets.h"
#include "domain/live/target.h"
#include "tests/support/test.h"
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

using namespace h2k;
using test::assert_equal;
using test::message_of;
using test::unwrap;

namespace fs = std::filesystem;

static const std::string system_uri = "qemu:///system";

/// A folder of the test's own, a pool in it, and both gone at the end.
struct PoolFixture {
    std::string base, folder;
    Owned<virConnect> connection = unwrap(open_connection(system_uri));
    Owned<virStoragePool> pool;

    PoolFixture() {
        base = std::string{g_getenv("H2K_PRIVATE")} + "/" + std::to_string(g_random_int());
        folder = base + "/pool";
        fs::create_directories(folder);
        const std::string xml =
            "<pool type='dir'><name>h2k-test</name><target><path>" + folder + "</path></target></pool>";
        pool.reset(virStoragePoolCreateXML(connection.get(), xml.c_str(), 0));
        g_assert_nonnull(pool.get());
    }
    ~PoolFixture() {
        virStoragePoolDestroy(pool.get());
        fs::remove_all(base);
    }
    PoolFixture(const PoolFixture &) = delete;
    PoolFixture &operator=(const PoolFixture &) = delete;

    std::string volumes() {
        virStoragePoolRefresh(pool.get(), 0);
        return unwrap(require_command({.argv = {"virsh", "-q", "-c", system_uri, "vol-list", "h2k-test"}}, nullptr));
    }
};

static Machine machine(const char *name, std::size_t disks = 1, DiskFormat format = DiskFormat::qcow2) {
    Machine m{.name = name, .memory = 256u << 20, .vcpus = 1, .firmware = Firmware::bios};
    for (std::size_t i = 0; i < disks; ++i)
        m.disks.push_back({.top = {.format = format, .bytes = 64u << 20}, .bus = Bus::virtio});
    return m;
}

/// A raw image with data at its start and end and a hole between.
static std::string raw_image(const std::string &path) {
    std::ofstream file{path, std::ios::binary};
    file << "begin";
    file.seekp((64 << 20) - 3);
    file << "end";
    return path;
}

static std::string qcow2_image(const std::string &path) {
    const std::string raw = raw_image(path + ".tmp");
    unwrap(require_command({.argv = {"qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw, path}}, nullptr));
    fs::remove(raw);
    return path;
}

static void assert_same_content(const std::string &a, const std::string &b, const char *format) {
    unwrap(require_command({.argv = {"qemu-img", "compare", "-f", format, "-F", format, a, b}}, nullptr));
}

static void pool_in_place() {
    PoolFixture f;
    const auto target = unwrap(pool_target(f.connection.get(), "h2k-test"));
    const Machine m = machine("h2k-a", 2);
    unwrap(target->check(m));
    assert_equal(target->work_parent(), f.base);
    assert_equal(target->disk_path(m, 1), f.folder + "/h2k-a-vdb.qcow2");
    {
        const auto work = unwrap(WorkFolder::create(target->work_parent()));
        for (std::size_t i = 0; i < 2; ++i)
            unwrap(target->publish(m, i, qcow2_image(work->file("made")), nullptr));
    }
    const std::string listed = f.volumes();
    g_assert_true(listed.contains("h2k-a-vda.qcow2") && listed.contains("h2k-a-vdb.qcow2"));
    g_assert_false(listed.contains(".virt-hyper2kvm"));
    struct stat st{};
    g_assert_cmpint(lstat(target->disk_path(m, 0).c_str(), &st), ==, 0);
    g_assert_cmpuint(st.st_mode & 07777, ==, 0600);
    // The same again is refused, by the pool and by the folder, which the pool has not refreshed.
    g_assert_true(message_of(target->check(m), H2K_ERROR_TARGET).contains("h2k-a-vda.qcow2"));
    std::ofstream{f.folder + "/h2k-b.qcow2"} << "a stranger's";
    g_assert_true(message_of(target->check(machine("h2k-b")), H2K_ERROR_TARGET).contains("h2k-b.qcow2"));
    const std::string made = qcow2_image(f.base + "/made.qcow2");
    message_of(target->publish(machine("h2k-b"), 0, made, nullptr), H2K_ERROR_TARGET);
    assert_equal(unwrap(read_file(f.folder + "/h2k-b.qcow2", 100)), "a stranger's");
    target->withdraw();
    const std::string left = f.volumes();
    g_assert_false(left.contains("h2k-a"));
    g_assert_true(left.contains("h2k-b.qcow2"));
}

/// A seed's medium is a volume beside those of the disks, in each way into a pool.
static void pool_takes_a_seed() {
    PoolFixture f;
    Machine m = machine("h2k-s", 1, DiskFormat::raw);
    const IsoImage seed{.seed = true};
    m.isos = {seed};
    for (const bool in_place : {true, false}) {
        auto pool = unwrap(find_pool(f.connection.get(), "h2k-test"));
        const auto target = in_place ? pool_folder_target(std::move(pool)) : pool_upload_target(std::move(pool));
        const auto path = target->iso_path(m, seed);
        assert_equal(path, f.folder + "/h2k-s-cidata.iso");
        unwrap(target->check(m));
        const std::string content(65536 + 2048, 's');
        unwrap(write_file(f.base + "/made", content));
        unwrap(target->publish_iso(m, seed, f.base + "/made", nullptr));
        assert_equal(unwrap(read_file(path, 1u << 20)), content);
        g_assert_true(f.volumes().contains("h2k-s-cidata.iso"));
        g_assert_true(message_of(target->check(m), H2K_ERROR_TARGET).contains("h2k-s-cidata.iso"));
        target->withdraw();
        g_assert_false(path_exists(path));
    }
    const auto target = pool_folder_target(unwrap(find_pool(f.connection.get(), "h2k-test")));
    std::ofstream{f.folder + "/h2k-s-cidata.iso"} << "a stranger's";
    g_assert_true(message_of(target->check(m), H2K_ERROR_TARGET).contains("h2k-s-cidata.iso"));
}

static void domain_is_defined_with_all_it_needs() {
    PoolFixture f;
    const auto target = unwrap(pool_target(f.connection.get(), "h2k-test"));
    Machine m = machine("h2k <define> & co");
    unwrap(target->publish(m, 0, qcow2_image(f.base + "/made"), nullptr));
    m.disks[0].top.path = target->disk_path(m, 0);
    m.nics = {{.mac = "00:0c:29:11:22:33"}};
    const DomainSpec spec{.machine = m,
                          .osinfo = {"http://debian.org/debian/12", "exact"},
                          .job = "job-7",
                          .source = "/import/a & b.vmdk"};
    g_assert_false(unwrap(domain_exists(f.connection.get(), m.name)));
    unwrap(define_domain(f.connection.get(), unwrap(domain_xml(spec))));
    g_assert_true(unwrap(domain_exists(f.connection.get(), m.name)));
    const Owned<virDomain> domain{virDomainLookupByName(f.connection.get(), m.name.c_str())};
    const Owned<char> xml{virDomainGetXMLDesc(domain.get(), 0)};
    const std::string dump = xml.get();
    g_assert_true(dump.contains("<libosinfo:os id=\"http://debian.org/debian/12\"/>"));
    g_assert_true(dump.contains("<h2k:job>job-7</h2k:job>"));
    g_assert_true(dump.contains("<h2k:source>/import/a &amp; b.vmdk</h2k:source>"));
    g_assert_true(dump.contains("discard='unmap'"));
    g_assert_true(dump.contains("00:0c:29:11:22:33"));
    g_assert_true(dump.contains("org.qemu.guest_agent.0"));
    g_assert_cmpint(virDomainUndefine(domain.get()), ==, 0);
    message_of(define_domain(f.connection.get(), "<domain type='qemu'><nonsense/></domain>"), H2K_ERROR_TARGET);
}

static void upload(DiskFormat format) {
    PoolFixture f;
    const auto target = pool_upload_target(unwrap(find_pool(f.connection.get(), "h2k-test")));
    const Machine m = machine("h2k-up", 1, format);
    unwrap(target->check(m));
    assert_equal(target->work_parent(), "/var/tmp");
    const bool raw = format == DiskFormat::raw;
    const std::string made = raw ? raw_image(f.base + "/made") : qcow2_image(f.base + "/made");
    unwrap(target->publish(m, 0, made, nullptr));
    g_assert_true(path_exists(made));
    const std::string path = target->disk_path(m, 0);
    assert_same_content(made, path, name_of(format));
    struct stat st{};
    g_assert_cmpint(lstat(path.c_str(), &st), ==, 0);
    g_assert_cmpint(st.st_blocks * 512, <, 8 << 20); // holes stayed holes
    message_of(target->check(m), H2K_ERROR_TARGET);
    target->withdraw();
    g_assert_false(path_exists(path));
}

static void upload_raw() { upload(DiskFormat::raw); }
static void upload_qcow2() { upload(DiskFormat::qcow2); }

static void failed_upload_leaves_nothing() {
    PoolFixture f;
    const auto target = pool_upload_target(unwrap(find_pool(f.connection.get(), "h2k-test")));
    const Machine m = machine("h2k-fail", 1, DiskFormat::raw);
    message_of(target->publish(m, 0, f.base + "/no-such-file", nullptr), H2K_ERROR_FAILED);
    g_assert_false(path_exists(target->disk_path(m, 0)));
    const auto cancel = Ref<GCancellable>::adopt(g_cancellable_new());
    const Owned<virStorageVol> volume{
        virStorageVolCreateXML(f.pool.get(), "<volume><name>v</name><capacity>67108864</capacity></volume>", 0)};
    g_cancellable_cancel(cancel.get());
    message_of(upload_volume(volume.get(), raw_image(f.base + "/made"), cancel.get()), H2K_ERROR_CANCELLED);
    message_of(target->publish(m, 0, f.base + "/made", cancel.get()), H2K_ERROR_CANCELLED);
    g_assert_false(path_exists(target->disk_path(m, 0)));
}

static void folder() {
    const std::string base = std::string{g_getenv("H2K_PRIVATE")} + "/folders";
    fs::create_directories(base);
    { // A folder that was made for nothing goes again, one that was there stays.
        const auto target = unwrap(folder_target(base + "/new/deep"));
        unwrap(target->check(machine("g")));
        g_assert_true(path_exists(base + "/new/deep"));
    }
    g_assert_false(path_exists(base + "/new"));
    g_assert_true(path_exists(base));
    const std::string out = base + "/out";
    const Machine m = machine("g", 1, DiskFormat::raw);
    {
        const auto target = unwrap(folder_target(out));
        assert_equal(target->disk_path(m, 0), out + "/g.raw");
        unwrap(target->publish(m, 0, raw_image(base + "/made"), nullptr));
        g_assert_true(message_of(target->check(m), H2K_ERROR_TARGET).contains("/out/g.raw” already exists"));
        message_of(target->publish(m, 0, raw_image(base + "/made"), nullptr), H2K_ERROR_TARGET);
        message_of(target->check(machine("a/b")), H2K_ERROR_USAGE);
        Machine seeded = machine("s");
        seeded.isos = {{.seed = true}};
        unwrap(target->check(seeded));
        unwrap(target->publish_iso(seeded, seeded.isos.front(), raw_image(base + "/seed"), nullptr));
        g_assert_true(
            message_of(target->check(seeded), H2K_ERROR_TARGET).contains("/out/s-cidata.iso” already exists"));
    }
    g_assert_true(path_exists(out + "/g.raw"));
    { // Only what the target published is taken away, and not what came in its place.
        const auto target = unwrap(folder_target(out));
        target->withdraw();
        g_assert_true(path_exists(out + "/g.raw"));
        const Machine other = machine("h", 1, DiskFormat::raw);
        unwrap(target->publish(other, 0, base + "/made", nullptr));
        fs::remove(out + "/h.raw");
        std::ofstream{out + "/h.raw"} << "new";
        target->withdraw();
        g_assert_true(path_exists(out + "/h.raw"));
    }
    std::ofstream{base + "/file"} << "x";
    message_of(folder_target(base + "/file/below"), H2K_ERROR_TARGET);
    fs::remove_all(base);
}

static void error_paths() {
    const auto connection = unwrap(open_connection("test:///default"));
    g_assert_true(message_of(pool_target(connection.get(), "none"), H2K_ERROR_TARGET).contains("“none”"));
    g_assert_true(unwrap(domain_exists(connection.get(), "test")));
    g_assert_false(unwrap(domain_exists(connection.get(), "none")));
    const auto target = unwrap(pool_target(connection.get(), "default-pool"));
    const Machine m = machine("g", 1, DiskFormat::raw);
    unwrap(target->check(m));
    // The test driver takes no uploads; the volume that was made for it must be gone.
    const std::string made = raw_image(std::string{g_getenv("H2K_PRIVATE")} + "/made");
    message_of(target->publish(m, 0, made, nullptr), H2K_ERROR_TARGET);
    unwrap(target->check(m));
    const Owned<virStoragePool> pool{virStoragePoolLookupByName(connection.get(), "default-pool")};
    g_assert_cmpint(virStoragePoolDestroy(pool.get()), ==, 0);
    g_assert_true(message_of(pool_target(connection.get(), "default-pool"), H2K_ERROR_TARGET).contains("not active"));
    g_assert_true(message_of(open_connection("nonsense:///"), H2K_ERROR_TARGET).contains("“nonsense:///”: "));
    message_of(define_domain(connection.get(), "<domain"), H2K_ERROR_TARGET);
}

static void a_host_is_asked() {
    const auto connection = unwrap(open_connection(system_uri));
    const auto host = unwrap(read_host(connection.get()));
    assert_equal(host.uri, system_uri);
    g_assert_true(host.local && !host.user_network && host.q35 && host.pc && host.networks && host.qemu_user);
    g_assert_true(host.q35->uefi && host.q35->secure_boot && host.q35->graphics.contains("vnc"));
    const auto test_driver = unwrap(open_connection("test:///default"));
    const auto other = unwrap(read_host(test_driver.get()));
    g_assert_false(other.kvm || other.q35 || other.pc);
    assert_equal(other.networks->front().name, "default");
}

static void a_closed_folder_is_named() {
    Host host{.qemu_user = QemuUser{.uid = 64055, .gid = 64055}};
    const std::string top = std::string{g_getenv("H2K_PRIVATE")} + "/top", closed = top + "/closed",
                      folder = closed + "/images";
    fs::create_directories(folder);
    unwrap(require_searchable(host, folder));
    g_assert_cmpint(chmod(closed.c_str(), 0700), ==, 0);
    const auto why = message_of(require_searchable(host, folder), H2K_ERROR_TARGET);
    g_assert_true(why.contains("“" + closed + "”") && why.contains("64055"));
    // An ACL opens it as well as a mode does.
    if (require_command({.argv = {"setfacl", "-m", "u:64055:x", closed}}, nullptr))
        unwrap(require_searchable(host, folder));
    host.local = false;
    unwrap(require_searchable(host, folder));
    // Our own accesses are root's as before.
    g_assert_true(path_exists(folder));
    fs::remove_all(top);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_setenv("VIRT_HYPER2KVM_OSINFO_DIR", (std::string{g_getenv("H2K_SOURCE_ROOT")} + "/osinfo-data/libosinfo").c_str(),
             TRUE);
    if (!g_getenv("H2K_PRIVATE"))
        g_error("Run this below tests/support/private-libvirtd.");
    g_test_add_func("/target/folder", folder);
    g_test_add_func("/target/error-paths", error_paths);
    g_test_add_func("/target/pool-in-place", pool_in_place);
    g_test_add_func("/target/upload-raw", upload_raw);
    g_test_add_func("/target/upload-qcow2", upload_qcow2);
    g_test_add_func("/target/failed-upload", failed_upload_leaves_nothing);
    g_test_add_func("/target/seed", pool_takes_a_seed);
    g_test_add_func("/target/define", domain_is_defined_with_all_it_needs);
    g_test_add_func("/host/asked", a_host_is_asked);
    g_test_add_func("/host/closed-folder", a_closed_folder_is_named);
    return g_test_run();
}
