// SPDX-License-Identifier: LGPL-2.1-or-later
#include "tests/integration/luks_disks.h"
#include "convert/appliance/hypervisor.h"
#include "convert/appliance/storage/devices.h"
#include "convert/appliance/storage/encrypted.h"

namespace h2k::test {

namespace {

/// $1: the folder.  Few rounds of key derivation: the appliance may run without KVM.
constexpr const char *script = R"(
set -eu
cd "$1"
luks() {
    truncate -s "$3" part
    cryptsetup -q luksFormat --type "$2" --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --key-file pass part
    dd if=part of="$1" bs=1M oflag=seek_bytes seek="$4" conv=notrunc,sparse status=none
    rm part
}
truncate -s 96M a b
sfdisk -q a <<END
label: dos
label-id: 0x1234abcd
start=1MiB, size=40MiB, type=83
start=41MiB, size=20MiB, type=83
END
luks a luks1 40M 1048576
luks a luks2 20M 42991616
luks b luks1 96M 0
)";

void good(int status, const Handle &handle, int line = __builtin_LINE()) {
    if (status < 0)
        g_error("line %d: %s", line, handle.last_error().c_str());
}

void put_root(const Handle &handle, const char *device) {
    const auto g = handle.call(&CallLimits::work);
    good(guestfs_mkfs(g, "ext4", device), handle);
    good(guestfs_mount(g, device, "/"), handle);
    good(guestfs_mkdir(g, "/etc"), handle);
    good(guestfs_write(g, "/etc/os-release", "ID=debian\n", 10), handle);
    good(guestfs_umount_all(g), handle);
}

void make(const Handle &handle) {
    const auto g = handle.call(&CallLimits::work);
    std::string mapping = "/dev/mapper/making";
    good(guestfs_cryptsetup_open(g, "/dev/sda1", passphrase, "making", -1), handle);
    put_root(handle, mapping.c_str());
    good(guestfs_cryptsetup_close(g, mapping.c_str()), handle);
    good(guestfs_cryptsetup_open(g, "/dev/sdb", passphrase, "making", -1), handle);
    char *members[] = {mapping.data(), nullptr};
    good(guestfs_pvcreate(g, mapping.c_str()), handle);
    good(guestfs_vgcreate(g, "vg-a", members), handle);
    good(guestfs_lvcreate(g, "swap", "vg-a", 8), handle);
    good(guestfs_lvcreate(g, "root", "vg-a", 32), handle);
    good(guestfs_mkswap(g, "/dev/vg-a/swap"), handle);
    put_root(handle, "/dev/vg-a/root");
    good(guestfs_vg_activate_all(g, 0), handle);
    good(guestfs_cryptsetup_close(g, mapping.c_str()), handle);
}

} // namespace

LuksDisks::LuksDisks() {
    unwrap(write_file(folder_ / "pass", passphrase));
    run({"/bin/sh", "-c", script, "sh", folder_.path()});
    raw_ = {folder_ / "a", folder_ / "b"};
}

std::vector<Disk> LuksDisks::overlays() {
    ++made_;
    std::vector<Disk> disks;
    for (const auto &raw : raw_) {
        const auto overlay = raw + std::to_string(made_) + ".qcow2";
        run({"qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", raw, overlay});
        disks.push_back(qcow2_disk(overlay, raw));
    }
    return disks;
}

std::vector<std::string> LuksDisks::written() const {
    std::vector<std::string> all;
    for (const auto &raw : raw_) {
        all.push_back(raw + std::to_string(made_) + ".raw");
        run({"qemu-img", "convert", "-O", "raw", raw + std::to_string(made_) + ".qcow2", all.back()});
    }
    return all;
}

std::pair<std::vector<BlockDevice>, std::vector<BlockDevice>> LuksDisks::fill(const std::vector<DiskKey> &keys) {
    Served served{overlays()};
    const auto handle = unwrap(Handle::create(nullptr));
    Notices notices;
    const auto kept = unwrap(set_up_hypervisor(*handle, false, notices));
    for (const auto &socket : served.sockets())
        unwrap(add_disk(*handle, socket));
    unwrap(handle->launch());
    make(*handle);
    const auto closed = unwrap(list_devices(*handle));
    auto open = closed;
    close_encrypted(*handle, unwrap(open_encrypted(*handle, open, keys, notices)));
    good(guestfs_shutdown(handle->call()), *handle);
    served.finish();
    raw_ = written();
    return {closed, open};
}

std::string LuksDisks::decrypted(const std::string &disk, std::uint64_t offset, std::uint64_t bytes) const {
    auto content = disk + "." + std::to_string(offset);
    run({"qemu-img", "convert", "-O", "raw", "--object", "secret,id=key,file=" + (folder_ / "pass"), "--image-opts",
         "driver=luks,key-secret=key,file.driver=raw,file.offset=" + std::to_string(offset) +
             ",file.size=" + std::to_string(bytes) + ",file.file.driver=file,file.file.filename=" + disk,
         content});
    return content;
}

} // namespace h2k::test
