// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The super block as e2fsprogs' lib/ext2fs/ext2_fs.h defines it, and the kernel's documentation in
// Documentation/filesystems/ext4/super.rst.
#include "convert/direct/program/ext/gate.h"
#include "convert/base/i18n.h"
#include "convert/direct/program/ext/library.h"
#include <algorithm>
#include <array>
#include <cstring>

namespace h2k {

namespace {

constexpr std::uint64_t super_offset = 1024;
constexpr unsigned most_block_log = 2;         ///< 4096 bytes: Linux on x86 mounts no larger ones
constexpr std::uint64_t most_groups = 1 << 18; ///< 32 TiB at the usual 128 MiB for each

constexpr std::uint32_t compat_allowed =
    EXT2_FEATURE_COMPAT_DIR_PREALLOC | EXT3_FEATURE_COMPAT_HAS_JOURNAL | EXT2_FEATURE_COMPAT_EXT_ATTR |
    EXT2_FEATURE_COMPAT_RESIZE_INODE | EXT2_FEATURE_COMPAT_DIR_INDEX | EXT4_FEATURE_COMPAT_SPARSE_SUPER2 |
    EXT4_FEATURE_COMPAT_FAST_COMMIT | EXT4_FEATURE_COMPAT_STABLE_INODES | EXT4_FEATURE_COMPAT_ORPHAN_FILE;

constexpr std::uint32_t incompat_allowed = EXT2_FEATURE_INCOMPAT_FILETYPE | EXT2_FEATURE_INCOMPAT_META_BG |
                                           EXT3_FEATURE_INCOMPAT_EXTENTS | EXT4_FEATURE_INCOMPAT_64BIT |
                                           EXT4_FEATURE_INCOMPAT_FLEX_BG | EXT4_FEATURE_INCOMPAT_EA_INODE |
                                           EXT4_FEATURE_INCOMPAT_CSUM_SEED | EXT4_FEATURE_INCOMPAT_LARGEDIR;
/// Folders with these are not opened: see ExtVolume::read_inode().
constexpr std::uint32_t incompat_readable = EXT4_FEATURE_INCOMPAT_ENCRYPT | EXT4_FEATURE_INCOMPAT_CASEFOLD;

constexpr std::uint32_t ro_compat_allowed =
    EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER | EXT2_FEATURE_RO_COMPAT_LARGE_FILE | EXT4_FEATURE_RO_COMPAT_HUGE_FILE |
    EXT4_FEATURE_RO_COMPAT_GDT_CSUM | EXT4_FEATURE_RO_COMPAT_DIR_NLINK | EXT4_FEATURE_RO_COMPAT_EXTRA_ISIZE |
    EXT4_FEATURE_RO_COMPAT_BIGALLOC | EXT4_FEATURE_RO_COMPAT_METADATA_CSUM | EXT4_FEATURE_RO_COMPAT_VERITY;
constexpr std::uint32_t ro_compat_readable = EXT4_FEATURE_RO_COMPAT_READONLY;

/// What is refused with a reason of its own.
struct Refused {
    std::uint32_t ext2_super_block::*set;
    std::uint32_t bit;
    const char *why;
};
constexpr Refused refused[] = {
    {&ext2_super_block::s_feature_incompat, EXT4_FEATURE_INCOMPAT_INLINE_DATA,
     N_("A file system keeps data in inodes, which needs the appliance.")},
    {&ext2_super_block::s_feature_ro_compat, EXT4_FEATURE_RO_COMPAT_QUOTA | EXT4_FEATURE_RO_COMPAT_PROJECT,
     N_("A file system has quotas, which needs the appliance.")},
    {&ext2_super_block::s_feature_incompat, EXT4_FEATURE_INCOMPAT_MMP,
     N_("A file system is protected from being mounted twice, which needs the appliance.")},
    {&ext2_super_block::s_feature_incompat, EXT3_FEATURE_INCOMPAT_JOURNAL_DEV,
     N_("A device is the journal of another file system, which needs the appliance.")},
};

std::unexpected<FsFailure> replay() {
    return std::unexpected(
        FsFailure{.text = N_("The journal of a file system is to be replayed first."), .journal = true});
}

Outcome<> check_features(const ext2_super_block &super, bool read_only) {
    for (const auto &[set, bit, why] : refused)
        if (super.*set & bit)
            return unfit(why);
    const auto incompat = super.s_feature_incompat & ~static_cast<std::uint32_t>(EXT3_FEATURE_INCOMPAT_RECOVER);
    const auto ro_compat =
        super.s_feature_ro_compat & ~static_cast<std::uint32_t>(EXT4_FEATURE_RO_COMPAT_ORPHAN_PRESENT);
    if (super.s_feature_compat & ~compat_allowed || incompat & ~(incompat_allowed | incompat_readable) ||
        ro_compat & ~(ro_compat_allowed | ro_compat_readable))
        return unfit(N_("A file system has a feature that needs the appliance."));
    if (!read_only && ((incompat & incompat_readable) || (ro_compat & ro_compat_readable)))
        return unfit(N_("A file system has encrypted or case-insensitive folders, which needs the appliance."));
    return {};
}

/// Is it as it was left by a system that was shut down?
Outcome<> check_state(const ext2_super_block &super) {
    const bool journal = super.s_feature_compat & EXT3_FEATURE_COMPAT_HAS_JOURNAL;
    if (super.s_journal_dev != 0 || (journal && super.s_journal_inum == 0))
        return unfit(N_("A file system has its journal on another device, which needs the appliance."));
    if (super.s_state & EXT2_ERROR_FS)
        return unfit(N_("A file system has recorded errors, which needs the appliance."));
    if (super.s_feature_incompat & EXT3_FEATURE_INCOMPAT_RECOVER ||
        super.s_feature_ro_compat & EXT4_FEATURE_RO_COMPAT_ORPHAN_PRESENT || super.s_last_orphan != 0)
        return replay();
    if (!(super.s_state & EXT2_VALID_FS) || super.s_state & (EXT3_ORPHAN_FS | EXT4_FC_REPLAY))
        return unfit(N_("A file system was not unmounted, which needs the appliance."));
    return {};
}

/// Numbers by which libext2fs takes memory, before it does.
bool is_sane(const ext2_super_block &super, std::uint64_t bytes) {
    if (super.s_log_block_size > most_block_log || super.s_creator_os != EXT2_OS_LINUX)
        return false;
    const std::uint64_t block = 1024u << super.s_log_block_size;
    const bool wide = super.s_feature_incompat & EXT4_FEATURE_INCOMPAT_64BIT;
    const auto blocks = super.s_blocks_count | (wide ? static_cast<std::uint64_t>(super.s_blocks_count_hi) << 32 : 0);
    const std::uint64_t group = super.s_blocks_per_group;
    const std::uint64_t inode =
        super.s_rev_level == EXT2_GOOD_OLD_REV ? unsigned{EXT2_GOOD_OLD_INODE_SIZE} : super.s_inode_size;
    return blocks <= bytes / block && group >= 8 && group % 8 == 0 && blocks / group < most_groups &&
           super.s_inodes_per_group >= 8 && super.s_inodes_per_group % 8 == 0 &&
           super.s_inodes_per_group <= 8 * block && super.s_first_data_block <= 1 && inode >= 128 && inode <= block &&
           super.s_first_ino <= super.s_inodes_count;
}

} // namespace

Outcome<> check_ext(Bytes &bytes, bool read_only) {
    std::array<char, SUPERBLOCK_SIZE> raw{};
    if (bytes.size() < super_offset + raw.size())
        return unfit(N_("A file system is damaged."));
    if (auto read = bytes.read(super_offset, raw); !read)
        return failed(EIO, read.error().message());
    ext2_super_block super{};
    static_assert(sizeof super == SUPERBLOCK_SIZE);
    std::memcpy(&super, raw.data(), sizeof super);
#if G_BYTE_ORDER == G_BIG_ENDIAN
    ext2fs_swap_super(&super);
#endif
    if (super.s_magic != EXT2_SUPER_MAGIC || super.s_rev_level > EXT2_DYNAMIC_REV)
        return unfit(N_("A file system is damaged."));
    H2K_CHECK(check_features(super, read_only));
    if (!is_sane(super, bytes.size()))
        return unfit(N_("A file system is damaged."));
    return check_state(super);
}

} // namespace h2k
