// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/nearest.h"
#include "convert/config/options.h"
#include "convert/config/values.h"
#include "tests/support/test.h"
#include <glib/gstdio.h>

using namespace h2k;
using test::assert_equal;
using test::message_of;
using test::unwrap;

static void values_are_checked() {
    Request r;
    unwrap(set_option(r, "selinux-relabel", "full"));
    g_assert_true(r.repair.selinux == SelinuxRelabel::full);
    message_of(set_option(r, "selinux-relabel", "all"), H2K_ERROR_USAGE);
    unwrap(set_option(r, "job", "20260102-1"));
    assert_equal(r.job, "20260102-1");
    message_of(set_option(r, "job", ""), H2K_ERROR_USAGE);
    unwrap(set_option(r, "mac", "00-50-56-AB-CD-EF"));
    assert_equal(r.macs.front(), "00:50:56:ab:cd:ef");
    for (const char *bad :
         {"", "00:50:56:ab:cd", "00:50:56:ab:cd:eg", "01:00:00:00:00:01", "00:00:00:00:00:00", "00:50:56:ab:cd:ef"})
        message_of(set_option(r, "mac", bad), H2K_ERROR_USAGE);
    for (const char *bad : {"", "a/b", ".a", "-a", "a\nb", "\xff"})
        message_of(set_option(r, "name", bad), H2K_ERROR_USAGE);
    unwrap(set_option(r, "name", "Büro & Co"));
    for (const char *bad : {"0", "-1", "1.5", "x", "86401", ""})
        message_of(set_option(r, "boot-timeout", bad), H2K_ERROR_USAGE);
    unwrap(set_option(r, "boot-timeout", "90"));
    message_of(set_option(r, "root", ""), H2K_ERROR_USAGE);
    unwrap(set_option(r, "root", "UUID=1"));
    assert_equal(r.root, "UUID=1");
    g_assert_cmpuint(r.boot_timeout, ==, 90);
    message_of(set_option(r, "format", "vmdk"), H2K_ERROR_USAGE);
    message_of(set_option(r, "input-format", "auto"), H2K_ERROR_USAGE);
    message_of(set_option(r, "boot-test", "maybe"), H2K_ERROR_USAGE);
}

static void keys_are_read() {
    const Owned<char> folder{g_dir_make_tmp("h2k-XXXXXX", nullptr)};
    const std::string path = std::string{folder.get()} + "/key";
    const auto with = [&](std::string_view content, const std::string &value) -> Result<DiskKey> {
        Request r;
        g_file_set_contents(path.c_str(), content.data(), static_cast<gssize>(content.size()), nullptr);
        H2K_CHECK(set_option(r, "key", value));
        return r.keys.front();
    };
    const auto key =
        unwrap(with("two words\n\n", "/dev/disk/by-path/pci-0000:00:10.0-scsi-0:0:0:0-part3:file:" + path));
    assert_equal(key.selector, "/dev/disk/by-path/pci-0000:00:10.0-scsi-0:0:0:0-part3");
    assert_equal(key.secret.view(), "two words\n");
    assert_equal(unwrap(with("x", "all:file:" + path)).secret.view(), "x");
    const auto refused = message_of(with("", "all:key:secret"), H2K_ERROR_USAGE);
    g_assert_true(refused.find("Every user") != std::string::npos && refused.find("secret") == std::string::npos);
    for (const char *bad : {"", "all", ":file:/x", "all:file:/none/such", "all:secret"})
        g_assert_true(message_of(with("x", bad), H2K_ERROR_USAGE).find("secret") == std::string::npos);
    const auto file = "all:file:" + path;
    message_of(with("", file), H2K_ERROR_USAGE);
    message_of(with("\n", file), H2K_ERROR_USAGE);
    message_of(with(std::string_view{"a\0b", 3}, file), H2K_ERROR_USAGE);
    message_of(with(std::string((1u << 20) + 1, 'x'), file), H2K_ERROR_USAGE);
    g_remove(path.c_str());
    g_rmdir(folder.get());
}

static void results_are_checked() {
    Request r;
    for (const char *bad : {"", "lz4", "none", "zlib:9", "zstd:"})
        message_of(set_option(r, "compress", bad), H2K_ERROR_USAGE);
    unwrap(set_option(r, "compress", "zstd"));
    g_assert_true(r.compression == Compression::zstd);
    r.sources = {"/a.vmdk"};
    r.output_dir = "/out";
    unwrap(check_request(r, Action::import));
    unwrap(set_option(r, "format", "vdi"));
    assert_equal(message_of(check_request(r, Action::import), H2K_ERROR_USAGE),
                 "A result in the format vdi cannot be compressed; use qcow2.");
    r.compression = Compression::none;
    unwrap(set_option(r, "preallocation", "metadata"));
    unwrap(check_request(r, Action::import));
    unwrap(set_option(r, "preallocation", "full"));
    message_of(check_request(r, Action::import), H2K_ERROR_USAGE);
    message_of(set_option(r, "preallocation", "some"), H2K_ERROR_USAGE);
}

static void sizes_are_read() {
    const auto size = [](const char *value) {
        Request r;
        unwrap(set_option(r, "resize", value));
        return r.growths.front();
    };
    g_assert_cmpuint(size("40G").bytes, ==, 40ull << 30);
    g_assert_cmpuint(size("1.5T").bytes, ==, 1536ull << 30);
    g_assert_cmpuint(size("512MiB").bytes, ==, 512ull << 20);
    g_assert_cmpuint(size("1000").bytes, ==, 512);
    g_assert_true(size("disk1=+2G").relative);
    g_assert_cmpuint(size("disk1=+2G").disk, ==, 1);
    Request r;
    for (const char *bad : {"", "x", "-1G", "0", "+", "1e9", "0x10", "65T", "1G1", "disk=1G", "sda=1G", "disk24=1G"})
        message_of(set_option(r, "resize", bad), H2K_ERROR_USAGE);
    unwrap(set_option(r, "resize", "1G"));
    message_of(set_option(r, "resize", "disk0=2G"), H2K_ERROR_USAGE);
}

static void unknown_option_is_answered() {
    Request r;
    assert_equal(message_of(set_option(r, "ouput-dir", "x"), H2K_ERROR_USAGE),
                 "There is no option “ouput-dir”; did you mean “output-dir”?");
    assert_equal(message_of(set_option(r, "zzzzzzzz", "x"), H2K_ERROR_USAGE), "There is no option “zzzzzzzz”.");
}

static void requests_are_checked() {
    Request r;
    message_of(check_request(r, Action::inspect), H2K_ERROR_USAGE);
    r.sources = {"/a.vmdk"};
    unwrap(check_request(r, Action::inspect));
    message_of(check_request(r, Action::import), H2K_ERROR_USAGE);
    unwrap(set_option(r, "output-dir", "out"));
    g_assert_true(r.output_dir.starts_with('/'));
    unwrap(check_request(r, Action::import));
    unwrap(set_option(r, "pool", "default"));
    message_of(check_request(r, Action::import), H2K_ERROR_USAGE);
    r.sources.assign(max_disks + 1, "/a");
    message_of(check_request(r, Action::inspect), H2K_ERROR_USAGE);
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/config/values", values_are_checked);
    g_test_add_func("/config/results", results_are_checked);
    g_test_add_func("/config/keys", keys_are_read);
    g_test_add_func("/config/sizes", sizes_are_read);
    g_test_add_func("/config/unknown", unknown_option_is_answered);
    g_test_add_func("/config/request", requests_are_checked);
    return g_test_run();
}
