// SPDX-License-Identifier: LGPL-2.1-or-later
// Options that say what is wished for the guest's software.
#include "convert/base/files.h"
#include "convert/config/options.h"
#include "tests/support/test.h"
#include <filesystem>

using namespace h2k;
using test::assert_equal;
using test::message_of;
using test::unwrap;

static std::string folder() {
    static const Owned<char> made{g_dir_make_tmp("h2k-config-XXXXXX", nullptr)};
    return made.get();
}

static std::string file(const std::string &name, std::string_view content) {
    const auto path = folder() + "/" + name;
    unwrap(write_file(path, content));
    return path;
}

static void flags_are_taken() {
    Request r;
    g_assert_false(r.repair.remove_cloud_agents);
    unwrap(set_option(r, "remove-cloud-agents", ""));
    g_assert_true(r.repair.remove_cloud_agents);
}

static void old_tools_leave_or_stay() {
    Request r;
    g_assert_true(r.repair.old_tools == ToolsRemoval::first_boot);
    unwrap(set_option(r, "keep-old-tools", ""));
    g_assert_true(r.repair.old_tools == ToolsRemoval::keep);
    g_assert_cmpuint(unwrap(get_option(r, "keep-old-tools")).size(), ==, 1);
    unwrap(set_option(r, "keep-old-tools", "false"));
    g_assert_true(r.repair.old_tools == ToolsRemoval::first_boot);
    unwrap(set_option(r, "old-tools", "remove"));
    unwrap(set_option(r, "keep-old-tools", "false"));
    g_assert_true(r.repair.old_tools == ToolsRemoval::now);
    g_assert_cmpuint(unwrap(get_option(r, "keep-old-tools")).size(), ==, 0);
    unwrap(set_option(r, "old-tools", "keep"));
    g_assert_cmpuint(unwrap(get_option(r, "keep-old-tools")).size(), ==, 1);
    message_of(set_option(r, "old-tools", "never"), H2K_ERROR_USAGE);
}

static void packages_are_looked_at() {
    Request r;
    const std::string_view deb = "!<arch>\ndebian-binary   ";
    unwrap(set_option(r, "agent-package", "first-boot"));
    unwrap(set_option(r, "agent-package", file("qemu-guest-agent_1_amd64.deb", deb)));
    unwrap(set_option(r, "agent-package", file("a.rpm", "\xed\xab\xee\xdb...")));
    unwrap(set_option(r, "agent-package", file("a.apk", "\x1f\x8b...")));
    unwrap(set_option(r, "agent-package", file("a-1-1-x86_64.pkg.tar.zst", "\x28\xb5\x2f\xfd...")));
    g_assert_cmpuint(r.repair.agent_packages.size(), ==, 5);
    for (const auto &bad : {std::string{}, std::string{"firstboot"}, folder(), folder() + "/absent.deb",
                            file("b.deb", "\x7f"
                                          "ELF"),
                            file("b.rpm", deb), file("a b.deb", deb), file("-b.deb", deb), file("b;c.deb", deb),
                            file("short.deb", "!"), file("a.pkg.tar.zst", "PK")})
        message_of(set_option(r, "agent-package", bad), H2K_ERROR_USAGE);
}

static void seeds_are_read() {
    Request r;
    const auto user = file("user-data", "#cloud-config\nusers: [default]\n");
    const auto network = file("network-config", "version: 2\n");
    unwrap(set_option(r, "cloud-init", "user-data=" + user + ",network-config=" + network));
    const auto first = *r.repair.cloud_init;
    assert_equal(first.user_data, "#cloud-config\nusers: [default]\n");
    assert_equal(first.network_config, "version: 2\n");
    g_assert_true(first.meta_data.starts_with("instance-id: virt-hyper2kvm-"));
    unwrap(set_option(r, "cloud-init", "user-data=" + user + ",network-config=" + network));
    assert_equal(r.repair.cloud_init->meta_data, first.meta_data);
    unwrap(set_option(r, "cloud-init", "meta-data=" + file("with", "instance-id: i-1\nlocal-hostname: web\n")));
    assert_equal(r.repair.cloud_init->meta_data, "instance-id: i-1\nlocal-hostname: web\n");
    // Neither a value nor a deeper key is the id.
    unwrap(set_option(r, "cloud-init", "meta-data=" + file("deep", "x: instance-id\ny: {instance-id: a}")));
    g_assert_true(r.repair.cloud_init->meta_data.find("\ninstance-id: ") != std::string::npos);
    unwrap(set_option(r, "cloud-init", "user-data=" + file("script", "#!/bin/sh\necho: [\n")));
    g_assert_false(r.repair.cloud_init->as_iso);
}

static void a_seed_can_be_an_iso() {
    Request r;
    const auto user = file("user-data", "#cloud-config\n");
    for (const auto &value : {"user-data=" + user + ",iso", "iso,user-data=" + user}) {
        unwrap(set_option(r, "cloud-init", value));
        g_assert_true(r.repair.cloud_init->as_iso);
        g_assert_true(r.repair.cloud_init->meta_data.starts_with("instance-id: virt-hyper2kvm-"));
    }
    // What the data source demands is there, whatever was given.
    unwrap(set_option(r, "cloud-init", "iso,meta-data=" + file("id", "instance-id: i-1\n")));
    const auto files = files_of(*r.repair.cloud_init);
    g_assert_cmpuint(files.size(), ==, 2);
    assert_equal(files[0].first + ": " + files[0].second, "meta-data: instance-id: i-1\n");
    assert_equal(files[1].first + ": " + files[1].second, "user-data: #cloud-config\n");
}

static void bad_seeds_are_refused() {
    Request r;
    const std::string deep(200, '[');
    for (const auto &bad :
         {std::string{}, std::string{"user-data"}, std::string{"user-data="}, std::string{"userdata=/x"},
          std::string{"iso"}, std::string{"ISO"}, "user-data=" + file("a", "x\n") + ",iso=yes",
          "user-data=" + folder() + "/absent", "user-data=" + file("u", "#cloud-config\na: [\n"),
          "meta-data=" + file("m", "a: b: c\n"), "network-config=" + file("n", "\xff\xfe"),
          "network-config=" + file("d", deep), "meta-data=" + file("json", "{\"local-hostname\": \"a\"}"),
          "user-data=" + file("large", std::string((1u << 20) + 1, '#'))})
        message_of(set_option(r, "cloud-init", bad), H2K_ERROR_USAGE);
    g_assert_false(r.repair.cloud_init.has_value());
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/config/guest/flags", flags_are_taken);
    g_test_add_func("/config/guest/old-tools", old_tools_leave_or_stay);
    g_test_add_func("/config/guest/packages", packages_are_looked_at);
    g_test_add_func("/config/guest/seeds", seeds_are_read);
    g_test_add_func("/config/guest/seed-iso", a_seed_can_be_an_iso);
    g_test_add_func("/config/guest/bad-seeds", bad_seeds_are_refused);
    const int failed = g_test_run();
    std::error_code error;
    std::filesystem::remove_all(folder(), error);
    return failed;
}
