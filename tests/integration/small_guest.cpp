// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/integration/small_guest.h"
#include "convert/base/process/subprocess.h"
#include "tests/support/test.h"

namespace h2k::test {

namespace {

constexpr const char *script = R"(
set -eu
cd "$1"
echo "of the host" > secret
mkdir -p root/dev root/proc root/etc root/bin root/boot root/tmp/esp root/srv/real root/var/lib root/lib/modules/6.1 image/lib/modules/6.1
echo "/dev/sda1 / ext4 defaults 0 1" > root/etc/fstab
echo "first" > root/etc/owned
chmod 0640 root/etc/owned
ln -s owned root/etc/link
ln -s /../../../../../../init root/etc/to-appliance
ln -s "$1/secret" root/etc/to-host
ln -s /../../../../tmp/landed root/etc/dangling
ln -s loop root/etc/loop
ln -s /srv/real root/opt
echo "behind a link" > root/srv/real/file
mkfifo root/etc/pipe
# An access ACL as setxattr(2) has it: user::rw- user:77:rw- group::r-- mask::r-- other::---
printf '\002\000\000\000\001\000\006\000\377\377\377\377\002\000\006\000\115\000\000\000\004\000\004\000\377\377\377\377' > acl
printf '\020\000\004\000\377\377\377\377\040\000\000\000\377\377\377\377' >> acl
cp /bin/busybox root/bin/busybox
head -c 24000000 /dev/zero > root/srv/long
head -c 5000000 /dev/urandom > root/srv/some
echo kernel/drivers/virtio/virtio_pci.ko > root/lib/modules/6.1/modules.builtin
: > image/lib/modules/6.1/virtio-blk.ko
(cd image; find . | cpio -o -H newc --quiet | gzip -c > ../root/srv/new-image)
mkdir boot
echo old > boot/initrd
echo damaged > boot/damaged
truncate -s 320M disk.raw
sfdisk -q disk.raw <<END
label: dos
label-id: 0x12345678
start=1MiB, size=200MiB, type=83, bootable
start=201MiB, size=64MiB, type=83
start=265MiB, size=16MiB, type=82
start=281MiB, size=4MiB, type=83
END
mke2fs -q -F -t ext4 -L 'my root' -U 11111111-2222-3333-4444-555555555555 -d root -E offset=1048576 disk.raw 200M
mke2fs -q -F -t ext4 -d boot boot.img 64M
truncate -s 16M swap.img
mkswap -q -L swappy -U 99999999-2222-3333-4444-555555555555 swap.img
debugfs -w -f /dev/stdin boot.img <<END
sif damaged links_count 7
END
debugfs -w -f /dev/stdin 'disk.raw?offset=1048576' <<END
sif /etc/owned uid 1234
sif /etc/owned gid 321
ea_set /etc/owned user.h2k kept
ea_set /etc/owned security.selinux system_u:object_r:etc_t:s0
ea_set -f acl /etc/owned system.posix_acl_access
ea_set /etc security.selinux system_u:object_r:folder_t:s0
END
dd if=boot.img of=disk.raw bs=1M seek=201 conv=notrunc,sparse
dd if=swap.img of=disk.raw bs=1M seek=265 conv=notrunc,sparse
truncate -s 4M esp.raw
busybox mkdosfs esp.raw
qemu-img create -q -f qcow2 -F raw -b disk.raw disk.qcow2
qemu-img create -q -f qcow2 -F raw -b esp.raw esp.qcow2
)";

} // namespace

std::string make_small_guest(const std::string &folder) {
    for (const char *tool : {"mke2fs", "debugfs", "sfdisk", "mkswap", "cpio", "qemu-img", "qemu-system-x86_64"})
        if (!Owned<char>{g_find_program_in_path(tool)})
            return tool;
    if (run_command({.argv = {"sh", "-c", "ldd /bin/busybox"}}, nullptr).value_or(Finished{}).status == 0)
        return "a static /bin/busybox";
    if (!g_file_test("/bin/busybox", G_FILE_TEST_IS_EXECUTABLE))
        return "a static /bin/busybox";
    unwrap(require_command({.argv = {"sh", "-c", script, "sh", folder}}, nullptr));
    return {};
}

} // namespace h2k::test
