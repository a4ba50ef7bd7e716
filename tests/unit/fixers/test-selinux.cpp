// SPDX-License-Identifier: LGPL-2.1-or-later
// The lines are in the syntax of selabel_file(5), of paths and types as distributions have them.
#include "convert/base/text.h"
#include "convert/model/overlay.h"
#include "fixers/linux/fixers.h"
#include "fixers/text/file_contexts.h"
#include "tests/support/fake_guest.h"
#include "tests/support/notices.h"
#include "tests/support/test.h"

using namespace h2k;
using test::assert_equal;
using test::unwrap;
using Type = text::FileContexts::Type;

namespace {

constexpr const char *rules = R"(# of the test
/.*	system_u:object_r:default_t:s0
/	-d	system_u:object_r:root_t:s0
/[^/]+	--	system_u:object_r:etc_runtime_t:s0
/\.autorelabel	--	system_u:object_r:etc_runtime_t:s0
/bin/.*	system_u:object_r:bin_t:s0
/etc/.*	system_u:object_r:etc_t:s0
/etc/fstab\.REVOKE	--	system_u:object_r:device_t:s0
/etc/systemd/network(/.*)?	system_u:object_r:net_conf_t:s0
/etc/resolv\.conf.*	--	system_u:object_r:net_conf_t:s0
/boot/.*	system_u:object_r:boot_t:s0
/boot/efi(/.*)?	system_u:object_r:dosfs_t:s0
/usr/sbin/tool	--	system_u:object_r:tool_exec_t:s0
/usr/.*	system_u:object_r:usr_t:s0
/usr/lib/systemd/system(/.*)?	system_u:object_r:systemd_unit_file_t:s0
/var/lib(/.*)?	system_u:object_r:var_lib_t:s0
/var/run/.*	system_u:object_r:var_run_t:s0
/proc/.*	<<none>>
)";

constexpr const char *config = "# enforcing, permissive or disabled\nSELINUX=enforcing\nSELINUXTYPE=targeted\n";
const std::string contexts_path = "/etc/selinux/targeted/contexts/files/file_contexts";

std::string label(const text::FileContexts &contexts, const std::string &path, Type type = Type::file) {
    return contexts.label(path, type).value_or("(none)");
}

std::string type_of(const std::string &label) {
    return label.starts_with("system_u:object_r:") ? label.substr(18, label.size() - 21) : label;
}

void last_rule_that_fits_wins() {
    text::FileContexts contexts;
    contexts.add_rules(rules);
    const std::vector<std::tuple<const char *, Type, const char *>> expected{
        {"/", Type::folder, "root_t"},
        {"/.autorelabel", Type::file, "etc_runtime_t"},
        {"/x", Type::folder, "default_t"},
        {"/etc", Type::folder, "default_t"},
        {"/etc/fstab", Type::file, "etc_t"},
        {"/etc/systemd/network", Type::folder, "net_conf_t"},
        {"/etc/systemd/network/a.link", Type::file, "net_conf_t"},
        {"/etc/systemd/networks", Type::folder, "etc_t"},
        {"/etc/resolv.conf", Type::file, "net_conf_t"},
        {"/etc/resolv.conf", Type::link, "etc_t"},
        {"/boot/efi/EFI/BOOT/BOOTX64.EFI", Type::file, "dosfs_t"},
        {"/proc/1/stat", Type::file, "(none)"},
        {"/usr/sbin/tool", Type::file, "tool_exec_t"}, // exact, although a later pattern fits too
        {"/usr/sbin/tool", Type::link, "usr_t"},
        {"/usr/share/a\nb", Type::file, "usr_t"},
    };
    for (const auto &[path, type, wanted] : expected)
        assert_equal(type_of(label(contexts, path, type)), wanted);
}

void later_files_and_subs() {
    text::FileContexts contexts;
    contexts.add_rules(rules);
    contexts.add_rules("/homes/[^/]+/\\.ssh(/.*)?\tunconfined_u:object_r:ssh_home_t:s0\n");
    contexts.add_rules("/etc/fstab\t--\tsystem_u:object_r:local_t:s0\n");
    contexts.add_subs_dist("/run /var/run\n/lib /usr/lib\n/sbin /usr/sbin\n");
    contexts.add_subs("/data /homes\n/data/etc /etc\n");
    assert_equal(label(contexts, "/homes/USER/.ssh/authorized_keys"), "unconfined_u:object_r:ssh_home_t:s0");
    assert_equal(type_of(label(contexts, "/etc/fstab")), "local_t");
    assert_equal(type_of(label(contexts, "/run/x")), "var_run_t");
    assert_equal(type_of(label(contexts, "/lib/systemd/system/a.service")), "systemd_unit_file_t");
    assert_equal(type_of(label(contexts, "/library")), "etc_runtime_t");
    assert_equal(label(contexts, "/data/USER/.ssh"), "unconfined_u:object_r:ssh_home_t:s0");
    assert_equal(type_of(label(contexts, "/data/etc/fstab")), "local_t");
}

void hostile_policies_are_bounded() {
    text::FileContexts contexts;
    contexts.add_rules("/etc/.*\tsystem_u:object_r:etc_t:s0\n/etc/((a*)*)*b\tu:o:slow\n/etc/(\tu:o:broken\n"
                       "/etc/x\t-q\tu:o:odd\n/etc/x\tno-label\n/etc/x\n/etc/x a b c\n/etc/(*COMMIT)x\tu:o:verb\n" +
                       std::string(5000, '/') + "\tu:o:long\n");
    const auto from = g_get_monotonic_time();
    assert_equal(type_of(label(contexts, "/etc/" + std::string(3000, 'a'))), "etc_t");
    assert_equal(type_of(label(contexts, "/etc/y")), "etc_t");
    g_assert_cmpint(g_get_monotonic_time() - from, <, 60 * G_USEC_PER_SEC);
    std::string many;
    for (int i = 0; i < 25000; ++i)
        many += "/etc/" + std::to_string(i) + " u:o:many\n";
    text::FileContexts large;
    large.add_rules(many);
    assert_equal(label(large, "/etc/19999"), "u:o:many");
    assert_equal(label(large, "/etc/20000"), "(none)");
}

test::FakeGuest rhel9() {
    test::FakeGuest guest;
    guest.files["/etc/selinux/config"] = config;
    guest.files[contexts_path] = rules;
    guest.files[contexts_path + ".subs_dist"] = "/run /var/run\n/lib /usr/lib\n";
    guest.files["/etc/fstab"] = "";
    guest.files["/var/lib/dpkg"] = "";
    guest.files["/usr/lib/systemd/system/a.service"] = "";
    guest.files["/boot/efi/EFI/redhat/grub.cfg"] = "";
    guest.files["/usr/sbin/setfiles"] = "";
    guest.files["/usr/bin/find"] = "";
    guest.files["/proc/x"] = "";
    guest.links["/lib"] = "usr/lib";
    guest.links["/etc/linked"] = "fstab";
    return guest;
}

std::vector<Change> some_changes() {
    const auto change = [](auto action) { return Change{"linux.test", "", std::move(action)}; };
    return {change(WriteFile{.path = "/etc/linked"}),
            change(WriteFile{.path = "/lib/systemd/system/new.d/x.conf"}),
            change(RemoveFile{"/etc/gone"}),
            change(MakeFolder{.path = "/etc/systemd/network"}),
            change(MakeLink{.path = "/etc/resolv.conf", .to = "../run/x"}),
            change(CopyFile{.path = "/boot/efi/EFI/BOOT/BOOTX64.EFI", .from = "/boot/efi/EFI/redhat/grub.cfg"}),
            change(RunInGuest{.argv = {"tool"}, .changes = {"/etc/fstab", "/proc/x"}}),
            change(RebuildInitramfs{.kernel = "5.14", .image = "/boot/initramfs-5.14.img"})};
}

/// What is planned, one change a line: kind, and what it is of.
std::string planned(const test::FakeGuest &guest, SelinuxRelabel relabel, std::string *why = nullptr) {
    RepairOptions options;
    options.selinux = relabel;
    Overlay after{guest};
    auto changes = some_changes();
    for (const auto &change : changes)
        unwrap(after.apply(change));
    const auto finding = unwrap(plan_selinux({after, {}, {}, options}, guest, changes));
    if (why)
        *why = finding.skipped + join(test::texts_of(finding.notices), " ");
    std::string text;
    for (const auto &change : finding.changes) {
        text += std::string{kind_of(change)} + " " + path_of(change) + (change.may_fail ? " may fail" : "") + "\n";
        if (const auto *set = std::get_if<SetLabels>(&change.action))
            for (const auto &[path, label] : set->labels)
                text += path + " " + type_of(label) + "\n";
        if (const auto *run = std::get_if<RunInGuest>(&change.action))
            text += join(run->argv, " ") + "\n";
    }
    return text;
}

void touched_files_get_labels() {
    assert_equal(planned(rhel9(), SelinuxRelabel::touched), "label \n"
                                                            "/boot/efi/EFI/BOOT dosfs_t\n"
                                                            "/boot/efi/EFI/BOOT/BOOTX64.EFI dosfs_t\n"
                                                            "/boot/initramfs-5.14.img boot_t\n"
                                                            "/etc/fstab etc_t\n"
                                                            "/etc/resolv.conf etc_t\n"
                                                            "/etc/systemd etc_t\n"
                                                            "/etc/systemd/network net_conf_t\n"
                                                            "/usr/lib/systemd/system/new.d systemd_unit_file_t\n"
                                                            "/usr/lib/systemd/system/new.d/x.conf systemd_unit_file_t\n"
                                                            "/var/lib/virt-hyper2kvm var_lib_t\n");
}

void all_files_at_boot_or_now() {
    auto guest = rhel9();
    assert_equal(planned(guest, SelinuxRelabel::boot), "write /.autorelabel\n");
    assert_equal(planned(guest, SelinuxRelabel::full),
                 "write /.autorelabel\nrun  may fail\n/usr/bin/find /.autorelabel -exec /usr/sbin/setfiles -F -m -e "
                 "/dev -e /proc -e /sys -e /run " +
                     contexts_path + " / ; -delete\n");
    guest.files.erase("/usr/sbin/setfiles");
    assert_equal(planned(guest, SelinuxRelabel::full), "write /.autorelabel\n");
    guest.files["/.autorelabel"] = "";
    assert_equal(planned(guest, SelinuxRelabel::boot), "");
}

void nothing_without_selinux() {
    std::string why;
    auto guest = rhel9();
    guest.files.erase(contexts_path);
    assert_equal(planned(guest, SelinuxRelabel::touched, &why), "");
    g_assert_true(why.contains("has no labels for files"));
    guest = rhel9();
    guest.files["/etc/selinux/config"] = "SELINUX=disabled\nSELINUXTYPE=targeted\n";
    assert_equal(planned(guest, SelinuxRelabel::boot, &why), "");
    assert_equal(why, "");
    guest.files.erase("/etc/selinux/config");
    assert_equal(planned(guest, SelinuxRelabel::touched, &why), "");
    assert_equal(why, "");
    guest.files["/etc/selinux/config"] = "SELINUX=enforcing\nSELINUXTYPE=../../x\n";
    assert_equal(planned(guest, SelinuxRelabel::full, &why), "");
    g_assert_true(why.contains("is not a valid name of a policy"));
}

} // namespace

int main(int argc, char **argv) {
    g_test_init(&argc, &argv, nullptr);
    g_test_add_func("/selinux/rules", last_rule_that_fits_wins);
    g_test_add_func("/selinux/later-files", later_files_and_subs);
    g_test_add_func("/selinux/hostile", hostile_policies_are_bounded);
    g_test_add_func("/selinux/touched", touched_files_get_labels);
    g_test_add_func("/selinux/boot-and-full", all_files_at_boot_or_now);
    g_test_add_func("/selinux/none", nothing_without_selinux);
    return g_test_run();
}
