// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/integration/file_checks.h"
#include "convert/apply/apply.h"
#include "convert/base/process/subprocess.h"
#include "convert/base/text.h"
#include "convert/plan/revert.h"
#include "tests/support/test.h"
#include <algorithm>
#include <sys/stat.h>

namespace h2k::test {

std::string content(const GuestView &guest, const std::string &path) {
    return unwrap(guest.read(path)).value_or("(none)");
}

bool holds(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

Change change(decltype(Change::action) action) {
    return {.fixer = "linux.test", .reason = "Because.", .action = std::move(action)};
}

std::string says(Guest &guest, const std::string &script) {
    unwrap(guest.apply(change(RunInGuest{.argv = {"/bin/busybox", "sh", "-c", script + " > /tmp/said 2>&1"}})));
    return std::string{trim(content(guest, "/tmp/said"))};
}

void extends_images(Guest &guest) {
    const std::string image = "/boot/extended", old = "lib/modules/6.1/virtio-blk.ko";
    says(guest, "/bin/busybox cp /srv/new-image " + image + " && /bin/busybox chmod 600 " + image +
                    " && /bin/busybox chown 7:8 " + image);
    const auto size = [&] { return says(guest, "/bin/busybox stat -c '%s %a %u:%g' " + image); };
    ExtendInitramfs extend{.kernel = "6.1",
                           .image = image,
                           .files = {{.name = "lib/modules/6.1/virtio_net.ko", .from = "/etc/fstab", .content = {}},
                                     {.name = "conf/x", .from = {}, .content = "y"}},
                           .modules = {"virtio_blk", "virtio_net"}};
    unwrap(guest.apply(change(extend)));
    const auto names = old + " lib/modules/6.1/virtio_net.ko conf/x";
    assert_equal(join(unwrap(guest.initramfs_names(image)), " "), names);
    const auto extended = size();
    g_assert_true(extended.ends_with(" 600 7:8"));
    extend.files = {{.name = "a", .from = "/etc/none", .content = {}}};
    g_assert_true(holds(message_of(guest.apply(change(extend)), H2K_ERROR_FAILED), "“/etc/none”"));
    extend.files = {{.name = "conf", .from = {}, .content = "a folder is there"}};
    extend.files.push_back({.name = "conf/x/y", .from = {}, .content = {}}); // and x is a file
    g_assert_true(holds(message_of(guest.apply(change(extend)), H2K_ERROR_FAILED), "“conf/x”"));
    assert_equal(size(), extended);
    extend.files = {{.name = "a", .from = {}, .content = "a"}};
    extend.modules = {"absent"};
    g_assert_true(holds(message_of(guest.apply(change(extend)), H2K_ERROR_FAILED), "absent"));
    assert_equal(size(), extended);
    extend.modules = {"virtio_blk"};
    extend.files = {{.name = "a", .from = "/etc/none", .content = {}}};
    extend.otherwise = {"/bin/busybox", "cp", "/srv/new-image", image};
    const auto was = unwrap(guest.sha256(image));
    const auto done = unwrap(apply_changes(guest, "job-0", {change(extend)}, {}, nullptr));
    assert_equal(join(unwrap(guest.initramfs_names(image)), " "), old);
    g_assert_true(holds(done[0].instead, "“/etc/none”"));
    assert_equal(unwrap(guest.sha256(done[0].kept[0])), was);
    says(guest, "/bin/busybox rm -r " + image + " /var/lib/virt-hyper2kvm/job-0");
}

void extended_images_go_back(Guest &guest) {
    const std::string ext = "/srv/extended", fat = "/tmp/esp/image", job = "job-3";
    says(guest, "cd /srv && /bin/busybox cp new-image extended && /bin/busybox ln extended hard && "
                "/bin/busybox ln -s extended soft && /bin/busybox chown 7:8 extended && "
                "/bin/busybox chmod 600 extended && /bin/busybox cp new-image " +
                    fat);
    unwrap(guest.apply(change(SetLabels{{{ext, "system_u:object_r:boot_t:s0"}}})));
    const auto first = unwrap(guest.sha256(ext));
    const auto stat = [&] { return says(guest, "/bin/busybox stat -c '%u %g %a %h %i' /srv/extended /srv/hard"); };
    const auto before = stat();
    std::vector<Change> changes;
    for (const auto &image : {std::string{"/srv/soft"}, fat})
        changes.push_back(change(ExtendInitramfs{.kernel = "6.1",
                                                 .image = image,
                                                 .files = {{.name = "x", .from = "/bin/busybox", .content = {}}},
                                                 .modules = {}}));
    for (const auto &one : {job + "a", job + "b"}) {
        unwrap(apply_changes(guest, one, changes, {}, nullptr));
        g_assert_false(unwrap(guest.exists("/var/lib/virt-hyper2kvm/" + one + "/files")));
    }
    for (const auto &image : {ext, fat}) {
        g_assert_cmpuint(unwrap(guest.space(image))->file, >, 1000000);
        g_assert_true(unwrap(guest.sha256(image)) != first);
    }
    assert_equal(unwrap(guest.sha256("/srv/hard")), unwrap(guest.sha256(ext)));
    // What is not the old part is not cut to.
    const auto refused = guest.apply(change(CutFile{.path = fat, .bytes = 3, .sha256 = first}));
    g_assert_true(holds(message_of(refused, H2K_ERROR_FAILED), "does not begin with"));
    for (const auto &one : {job + "b", job + "a"})
        for (const auto &back : unwrap(plan_revert(guest, one)).changes)
            unwrap(guest.apply(back));
    for (const auto &image : {ext, std::string{"/srv/hard"}, fat})
        assert_equal(unwrap(guest.sha256(image)), first);
    assert_equal(stat(), before);
    assert_equal(unwrap(guest.link("/srv/soft")).value_or(""), "extended");
    says(guest, "/bin/busybox rm " + fat);
}

void writes(Guest &guest) {
    unwrap(guest.apply(change(WriteFile{.path = "/etc/link", .content = std::string("new\0\n", 5)})));
    assert_equal(content(guest, "/etc/owned"), std::string("new\0\n", 5));
    assert_equal(unwrap(guest.link("/etc/link")).value_or(""), "owned");
    assert_equal(says(guest, "/bin/busybox stat -c '%u %g %a' /etc/owned"), "1234 321 640");
    unwrap(guest.apply(change(WriteFile{.path = "/etc/a/b/c", .content = "deep\n", .mode = 0755})));
    assert_equal(says(guest, "/bin/busybox stat -c '%u %g %a' /etc/a /etc/a/b/c"), "0 0 755\n0 0 755");
    unwrap(guest.apply(change(WriteFile{.path = "/etc/dangling", .content = "here\n"})));
    assert_equal(content(guest, "/tmp/landed"), "here\n");
    unwrap(guest.apply(change(WriteFile{.path = "/opt/file", .content = "changed\n"})));
    assert_equal(content(guest, "/srv/real/file"), "changed\n");
    for (const char *path : {"/etc", "/etc/pipe", "/etc/loop", "/etc/fstab/x"})
        g_assert_false(guest.apply(change(WriteFile{.path = path, .content = "x"})).has_value());
    unwrap(guest.apply(change(RemoveFile{"/etc/link"})));
    g_assert_false(unwrap(guest.exists("/etc/link")));
    g_assert_true(unwrap(guest.exists("/etc/owned")));
    unwrap(guest.apply(change(RemoveFile{"/etc/link"})));
    g_assert_false(guest.apply(change(RemoveFile{"/etc/a"})).has_value());
    assert_equal(says(guest, "/bin/busybox find / -xdev -name '*virt-hyper2kvm-new*'"), "");
}

namespace {
const std::string stat_line = "/bin/busybox stat -c '%u %g %a' ";
} // namespace

void makes_folders_and_links(Guest &guest) {
    for (const unsigned mode : {0750u, 0700u})
        unwrap(guest.apply(change(MakeFolder{.path = "/etc/made/deep", .mode = mode, .owner = {7, 8}})));
    assert_equal(says(guest, stat_line + "/etc/made /etc/made/deep"), "0 0 755\n7 8 750");
    unwrap(guest.apply(change(MakeFolder{.path = "/opt/behind"})));
    assert_equal(says(guest, stat_line + "/srv/real/behind"), "0 0 755");
    g_assert_false(guest.apply(change(MakeFolder{.path = "/etc/fstab"})).has_value());
    unwrap(guest.apply(change(WriteFile{.path = "/etc/made/w", .content = "", .mode = 0600, .owner = {7, 8}})));
    assert_equal(says(guest, stat_line + "/etc/made/w"), "7 8 600");
    for (const char *to : {"../x y", "/etc/fstab"})
        unwrap(guest.apply(change(MakeLink{.path = "/etc/made/link", .to = to})));
    assert_equal(unwrap(guest.link("/etc/made/link")).value_or(""), "/etc/fstab");
    unwrap(guest.apply(change(MakeLink{.path = "/etc/made/w", .to = "deep"})));
    assert_equal(unwrap(guest.link("/etc/made/w")).value_or(""), "deep");
    for (const char *path : {"/etc/made/deep", "/etc/pipe", "/etc/fstab/x"})
        g_assert_false(guest.apply(change(MakeLink{.path = path, .to = "x"})).has_value());
    unwrap(guest.apply(change(SetLabels{{{"/etc/made/link", "system_u:object_r:link_t:s0"},
                                         {"/etc/made/deep", "system_u:object_r:deep_t:s0"},
                                         {"/etc/none/x", "system_u:object_r:none_t:s0"}}})));
}

void copies(Guest &guest, const std::string &work) {
    unwrap(guest.apply(change(CopyIn{.path = "/etc/in/secret", .from = work + "/secret", .mode = 0755})));
    assert_equal(content(guest, "/etc/in/secret"), "of the host\n");
    assert_equal(says(guest, stat_line + "/etc/in/secret"), "0 0 755");
    g_assert_cmpint(mkfifo((work + "/fifo").c_str(), 0600), ==, 0);
    for (const auto &from : {work + "/none", work + "/fifo", work, std::string{"/dev/zero"}})
        g_assert_false(guest.apply(change(CopyIn{.path = "/etc/in/secret", .from = from})).has_value());
    assert_equal(content(guest, "/etc/in/secret"), "of the host\n");
    unwrap(guest.apply(change(CopyFile{.path = "/boot/efi/copy", .from = "/etc/owned"})));
    assert_equal(says(guest, stat_line + "/boot/efi/copy"), "1234 321 640");
    for (const char *from : {"/etc", "/etc/none", "/etc/pipe"})
        g_assert_false(guest.apply(change(CopyFile{.path = "/boot/efi/copy", .from = from})).has_value());
}

/// A system partition keeps neither owners nor attributes.
void works_on_vfat(Guest &guest, const std::string &work) {
    const auto full = "/tmp/esp/EFI/BOOT/BOOTX64.EFI";
    unwrap(guest.apply(change(CopyFile{.path = full, .from = "/etc/owned"})));
    unwrap(guest.apply(change(WriteFile{.path = full, .content = "again\n"})));
    unwrap(guest.apply(change(WriteFile{.path = "/tmp/esp/new", .content = "x", .mode = 0600, .owner = {7, 8}})));
    unwrap(guest.apply(change(CopyIn{.path = "/tmp/esp/in", .from = work + "/secret", .mode = 0640})));
    unwrap(guest.apply(change(MakeFolder{.path = "/tmp/esp/folder", .mode = 0700, .owner = {7, 8}})));
    unwrap(guest.apply(change(SetLabels{{{full, "system_u:object_r:boot_t:s0"}}})));
    assert_equal(content(guest, full), "again\n");
    assert_equal(content(guest, "/tmp/esp/in"), "of the host\n");
    assert_equal(says(guest, "/bin/busybox ls /tmp/esp"), "EFI\nfolder\nin\nnew");
}

void goes_back(Guest &guest) {
    const auto was = content(guest, "/etc/owned");
    unwrap(
        apply_changes(guest, "job-2",
                      {change(WriteFile{.path = "/etc/owned", .content = "3\n"}),
                       change(MakeLink{.path = "/etc/fstab", .to = "owned"}), change(MakeFolder{.path = "/etc/back/x"}),
                       change(WriteFile{.path = "/etc/back/y/z", .content = "new\n"})},
                      {}, nullptr));
    const auto plan = unwrap(plan_revert(guest, "job-2"));
    for (const auto &back : plan.changes)
        unwrap(guest.apply(back));
    assert_equal(content(guest, "/etc/owned"), was);
    assert_equal(says(guest, stat_line + "/etc/owned"), "1234 321 640");
    assert_equal(content(guest, "/etc/fstab"), "/dev/sda1 / ext4 defaults 0 1\n");
    g_assert_false(unwrap(guest.link("/etc/fstab")).has_value());
    g_assert_false(unwrap(guest.exists("/etc/back")));
    g_assert_true(unwrap(plan_revert(guest, "job-2")).changes.empty());
}

void check_attributes(const std::string &with) {
    const auto attributes = [&](const std::string &path) {
        return unwrap(require_command({.argv = {"debugfs", "-R", "ea_list " + path, with}}, nullptr));
    };
    // An edited file and its original have the attributes that the file had.
    for (const char *path : {"/etc/owned", "/var/lib/virt-hyper2kvm/job-1/files/etc/owned"}) {
        const auto found = attributes(path);
        g_assert_true(holds(found, "user.h2k (4) = \"kept\""));
        g_assert_true(holds(found, "security.selinux (26) = \"system_u:object_r:etc_t:s0"));
        g_assert_true(holds(found, "system.posix_acl_access (28) = 01 00 00 00 01 00 06 00 02 00 06 00 4d 00"));
    }
    g_assert_true(holds(attributes("/srv/extended"), "= \"system_u:object_r:boot_t:s0"));
    for (const char *path : {"/etc/a", "/etc/a/b/c", "/etc/made", "/etc/in/secret"})
        g_assert_true(holds(attributes(path), "system_u:object_r:folder_t:s0"));
    g_assert_true(holds(attributes("/etc/made/link"), "= \"system_u:object_r:link_t:s0"));
    g_assert_true(holds(attributes("/etc/made/deep"), "= \"system_u:object_r:deep_t:s0"));
}

} // namespace h2k::test
