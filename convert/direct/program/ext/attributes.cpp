// SPDX-License-Identifier: LGPL-2.1-or-later
//
// Documentation/filesystems/ext4/attributes.rst.
#include "convert/direct/program/ext/attributes.h"
#include "convert/base/i18n.h"
#include <cstring>

namespace h2k {

namespace {

constexpr const char *access_list = "system.posix_acl_access", *default_list = "system.posix_acl_default";
constexpr std::size_t longest_value = 64 << 10;

/// Values are left as they are stored: libext2fs's conversion of access control lists trusts them.
Outcome<Owned<ext2_xattr_handle>> open_attributes(const ExtVolume &volume, ext2_ino_t number) {
    Owned<ext2_xattr_handle> handle;
    H2K_CHECK(volume.has_read(ext2fs_xattrs_open(volume.fs(), number, out(handle))));
    unsigned raw = XATTR_HANDLE_FLAG_RAW;
    H2K_CHECK(volume.has_read(ext2fs_xattrs_flags(handle.get(), &raw, nullptr)));
    H2K_CHECK(volume.has_read(ext2fs_xattrs_read(handle.get())));
    return handle;
}

int add_attribute(char *name, char *value, std::size_t size, void *data) {
    static_cast<Attributes *>(data)->emplace(name, std::string{value, size});
    return 0;
}

/// Does a block that several inodes share name inodes with values?  libext2fs does not count right who uses those.
Outcome<bool> shares_values(const ExtVolume &volume, ExtInode &inode) {
    const auto block = ext2fs_file_acl_block(volume.fs(), inode.old());
    if (block == 0 || !ext2fs_has_feature_ea_inode(volume.fs()->super))
        return false;
    std::vector<char> bytes(volume.block());
    H2K_CHECK(volume.has_read(ext2fs_read_ext_attr2(volume.fs(), block, bytes.data())));
    ext2_ext_attr_header header{};
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.h_refcount <= 1)
        return false;
    std::size_t at = sizeof header;
    for (ext2_ext_attr_entry entry{}; at + sizeof entry <= bytes.size(); at += EXT2_EXT_ATTR_LEN(entry.e_name_len)) {
        std::memcpy(&entry, bytes.data() + at, sizeof entry);
        if (entry.e_name_len == 0 && entry.e_name_index == 0)
            return false;
        if (entry.e_value_inum != 0)
            return true;
    }
    return false;
}

Outcome<> check_changeable(const ExtVolume &volume, ext2_ino_t number) {
    ExtInode inode{volume.inode_bytes()};
    H2K_CHECK(
        volume.has_read(ext2fs_read_inode_full(volume.fs(), number, inode.old(), static_cast<int>(inode.size()))));
    if (H2K_TRY(shares_values(volume, inode)))
        return unfit(N_("Files share long extended attributes, which needs the appliance."));
    return {};
}

Outcome<bool> has_attribute(const ExtVolume &volume, ext2_ino_t number, const char *name) {
    return H2K_TRY(read_attributes(volume, number)).contains(name);
}

} // namespace

Outcome<Attributes> read_attributes(const ExtVolume &volume, ext2_ino_t number) {
    const auto handle = H2K_TRY(open_attributes(volume, number));
    Attributes all;
    H2K_CHECK(volume.has_read(ext2fs_xattrs_iterate(handle.get(), add_attribute, &all)));
    return all;
}

Outcome<bool> has_access_list(const ExtVolume &volume, ext2_ino_t number) {
    return has_attribute(volume, number, access_list);
}

Outcome<bool> has_default_list(const ExtVolume &volume, ext2_ino_t number) {
    return has_attribute(volume, number, default_list);
}

Outcome<> write_attribute(ExtVolume &volume, ext2_ino_t number, const std::string &name, std::string_view value) {
    if (value.size() > longest_value)
        return failed(E2BIG);
    H2K_CHECK(check_changeable(volume, number));
    H2K_CHECK(volume.check_space(value.size() / volume.block() + 2, 1));
    const auto handle = H2K_TRY(open_attributes(volume, number));
    const auto error = ext2fs_xattr_set(handle.get(), name.c_str(), value.data(), value.size());
    if (error == EXT2_ET_EA_NO_SPACE) // which it finds before it changes anything
        return failed(ENOSPC);
    H2K_CHECK(volume.has_written(error));
    if (!ext2fs_has_feature_xattr(volume.fs()->super)) {
        ext2fs_set_feature_xattr(volume.fs()->super);
        ext2fs_mark_super_dirty(volume.fs());
    }
    return {};
}

Outcome<> free_attributes(ExtVolume &volume, ext2_ino_t number, ExtInode &inode) {
    if (ext2fs_has_feature_ea_inode(volume.fs()->super)) {
        H2K_CHECK(check_changeable(volume, number));
        const auto handle = H2K_TRY(open_attributes(volume, number));
        for (const auto &[name, value] : H2K_TRY(read_attributes(volume, number)))
            H2K_CHECK(volume.has_written(ext2fs_xattr_remove(handle.get(), name.c_str())));
        // What that wrote is not in the caller's copy.
        H2K_CHECK(
            volume.has_read(ext2fs_read_inode_full(volume.fs(), number, inode.old(), static_cast<int>(inode.size()))));
    }
    if (ext2fs_file_acl_block(volume.fs(), inode.old()) != 0)
        H2K_CHECK(volume.has_written(
            ext2fs_free_ext_attr(volume.fs(), number, reinterpret_cast<ext2_inode_large *>(inode.old()))));
    return {};
}

} // namespace h2k
