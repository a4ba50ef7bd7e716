// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/work_folder.h"
#include "convert/check/evidence/probe.h"
#include "convert/model/guest_paths.h"
#include "convert/model/overlay.h"
#include "fixers/linux/services/first_boot.h"
#include "fixers/linux/services/first_boot_files.h"
#include "tests/support/fake_guest.h"
#include "tests/support/notices.h"
#include "tests/support/test.h"
#include <algorithm>
#include <filesystem>
#include <sys/wait.h>

using namespace h2k;
using test::assert_equal;
using test::unwrap;

static LinuxFacts facts_of(const char *init) { return {.init = init}; }

/// The paths that are written and linked for one script; planned again, nothing more.
static std::string planned(const test::FakeGuest &guest, const char *init) {
    const std::vector<FirstBootScript> scripts{{"hello", "#!/bin/sh\necho hello\n"}};
    Finding finding;
    unwrap(add_first_boot(guest, facts_of(init), scripts, finding));
    Overlay after{guest};
    std::string text;
    for (const auto &change : finding.changes) {
        g_assert_true(change.may_fail);
        unwrap(after.apply(change));
        const auto *link = std::get_if<MakeLink>(&change.action);
        text += path_of(change) + (link ? " -> " + link->to : "") + "\n";
    }
    Finding again;
    unwrap(add_first_boot(after, facts_of(init), scripts, again));
    g_assert_cmpuint(again.changes.size(), ==, 0);
    g_assert_cmpuint(test::texts_of(finding.notices).size(), ==, std::string{init} == "systemd" ? 0 : 1);
    // Another fixer's script shares what is there.
    const std::vector<FirstBootScript> more{{"agent", "#!/bin/sh\n", 10}};
    unwrap(add_first_boot(after, facts_of(init), more, again));
    g_assert_cmpuint(again.changes.size(), ==, 1);
    assert_equal(path_of(again.changes[0]), "/var/lib/virt-hyper2kvm/firstboot.d/10-agent");
    return text;
}

static const std::string files = "/var/lib/virt-hyper2kvm/firstboot.d/20-hello\n/var/lib/virt-hyper2kvm/firstboot.sh\n";

static void systemd_starts_it() {
    assert_equal(planned({}, "systemd"), files + "/etc/systemd/system/virt-hyper2kvm-firstboot.service\n"
                                                 "/etc/systemd/system/multi-user.target.wants/"
                                                 "virt-hyper2kvm-firstboot.service -> "
                                                 "/etc/systemd/system/virt-hyper2kvm-firstboot.service\n");
}

static void other_inits_start_it() {
    test::FakeGuest alpine;
    alpine.links["/etc/runlevels/default/crond"] = "/etc/init.d/crond";
    alpine.files["/sbin/openrc"];
    assert_equal(planned(alpine, ""), files + "/etc/init.d/virt-hyper2kvm-firstboot\n"
                                              "/etc/runlevels/default/virt-hyper2kvm-firstboot -> "
                                              "/etc/init.d/virt-hyper2kvm-firstboot\n");
    test::FakeGuest rhel6;
    rhel6.files["/etc/rc.d/rc3.d/S55sshd"];
    const auto text = planned(rhel6, "");
    g_assert_true(text.starts_with(files + "/etc/rc.d/init.d/virt-hyper2kvm-firstboot\n"));
    g_assert_true(text.find("/etc/rc.d/rc5.d/S99virt-hyper2kvm-firstboot -> ../init.d/virt-hyper2kvm-firstboot\n") !=
                  std::string::npos);
    test::FakeGuest wheezy;
    wheezy.files["/etc/rc3.d/S02ssh"];
    wheezy.files["/etc/init.d/.depend.start"];
    assert_equal(planned(wheezy, ""), files + "/etc/rc.local\n");
    test::FakeGuest sles11;
    sles11.files["/etc/init.d/rc3.d/S10sshd"];
    assert_equal(planned(sles11, "").substr(files.size(), 37), "/etc/init.d/virt-hyper2kvm-firstboot\n");
    g_assert_true(planned(sles11, "").find("/etc/init.d/rc3.d/S99virt-hyper2kvm-firstboot -> ../virt-hyper2kvm-") !=
                  std::string::npos);
}

static void rc_local_keeps_its_end() {
    test::FakeGuest guest;
    guest.files["/etc/rc.local"] = "#!/bin/sh -e\nmodprobe x\nexit 0\n";
    Finding finding;
    const std::vector<FirstBootScript> scripts{{"a", "#!/bin/sh\n"}};
    unwrap(add_first_boot(guest, facts_of(""), scripts, finding));
    assert_equal(std::get<WriteFile>(finding.changes.back().action).content,
                 std::string{"#!/bin/sh -e\nmodprobe x\n"} + first_boot_line + "exit 0\n");
}

static std::string run(const std::string &root) {
    const auto runner = root + "/var/lib/virt-hyper2kvm/firstboot.sh";
    const char *argv[] = {"/bin/sh", runner.c_str(), nullptr};
    gchar **environment = g_environ_setenv(g_get_environ(), "H2K_ROOT", root.c_str(), TRUE);
    environment = g_environ_setenv(environment, "H2K_LIMIT", "2", TRUE);
    int status = 0;
    char *errors = nullptr;
    const bool ran = g_spawn_sync(nullptr, const_cast<char **>(argv), environment, G_SPAWN_DEFAULT, nullptr, nullptr,
                                  nullptr, &errors, &status, nullptr);
    g_strfreev(environment);
    g_assert_true(ran);
    const Owned<char> said{errors};
    assert_equal(said.get(), "");
    return std::to_string(WEXITSTATUS(status));
}

static void scripts_run_once_in_order() {
    const auto work = unwrap(WorkFolder::create(g_get_tmp_dir()));
    const std::string root = work->path(), base = root + "/var/lib/virt-hyper2kvm";
    const auto link = root + "/etc/systemd/system/multi-user.target.wants/virt-hyper2kvm-firstboot.service";
    unwrap(make_folder(base + "/firstboot.d", 0755));
    unwrap(make_folder(folder_of(link), 0755));
    unwrap(write_file(base + "/firstboot.sh", first_boot_runner));
    unwrap(write_file(link, ""));
    const auto script = [&](const char *name, const char *content) {
        unwrap(write_file(base + "/firstboot.d/" + name, content));
    };
    script("10-first", "#!/bin/sh -e\necho first >>order; pwd; false; echo never\n");
    script("20-slow", "#!/bin/sh\necho slow >>order; sleep 60\n");
    script("30-odd * name", "echo third >>order\n");
    assert_equal(run(root), "1");
    assert_equal(unwrap(read_file(root + "/order", 1000)), "first\nslow\nthird\n");
    assert_equal(unwrap(read_file(root + "/var/log/virt-hyper2kvm/10-first.log", 1000)),
                 root + "\nvirt-hyper2kvm: ended with status 1\n");
    assert_equal(unwrap(read_file(root + "/var/log/virt-hyper2kvm/20-slow.log", 1000)),
                 "virt-hyper2kvm: ended with status 124\n");
    g_assert_false(path_exists(link));
    assert_equal(run(root), "0");
    assert_equal(unwrap(read_file(root + "/order", 1000)), "first\nslow\nthird\n");
}

/// What a boot test puts into its copy keeps the scripts for the first start.
static void a_boot_test_is_no_first_start() {
    const auto changes = probe_changes();
    g_assert_true(std::ranges::any_of(changes, [](const Change &c) { return path_of(c) == boot_test_marker; }));
    const auto marker = std::get<WriteFile>(hold_first_boot().action);
    assert_equal(marker.path, boot_test_marker);
    const auto work = unwrap(WorkFolder::create(g_get_tmp_dir()));
    const std::string root = work->path(), base = root + "/var/lib/virt-hyper2kvm";
    const auto link = root + "/etc/rc3.d/S99virt-hyper2kvm-firstboot", script = root + first_boot_scripts + "/10-first";
    unwrap(make_folder(folder_of(script), 0755));
    unwrap(make_folder(folder_of(link), 0755));
    unwrap(write_file(base + "/firstboot.sh", first_boot_runner));
    unwrap(write_file(link, ""));
    unwrap(write_file(script, "echo first >>order\n"));
    unwrap(write_file(root + marker.path, marker.content));
    assert_equal(run(root), "0");
    g_assert_true(path_exists(script) && path_exists(link));
    g_assert_false(path_exists(root + "/order") || path_exists(base + "/firstboot.done"));
    g_assert_true(std::filesystem::remove(root + marker.path));
    assert_equal(run(root), "0");
    assert_equal(unwrap(read_file(root + "/order", 1000)), "first\n");
    g_assert_false(path_exists(script) || path_exists(link));
}

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/first-boot/systemd", systemd_starts_it);
    g_test_add_func("/first-boot/others", other_inits_start_it);
    g_test_add_func("/first-boot/rc-local", rc_local_keeps_its_end);
    g_test_add_func("/first-boot/runner", scripts_run_once_in_order);
    g_test_add_func("/first-boot/boot-test", a_boot_test_is_no_first_start);
    return g_test_run();
}
