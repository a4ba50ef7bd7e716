// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/ext/extents.h"
#include "convert/direct/program/ext/folders.h"
#include "convert/direct/program/files/file_system.h"
#include <memory>

namespace h2k {

/// ext2, ext3 and ext4 by libext2fs.
class Ext final : public FileSystem {
  public:
    /// @bytes outlive it.
    [[nodiscard]] static Outcome<std::unique_ptr<FileSystem>> open(Bytes &bytes, bool read_only);
    Ext(ExtVolume volume, Bytes &bytes) : volume_(std::move(volume)), folders_(volume_), bytes_(bytes) {}

    [[nodiscard]] Node root() const override { return EXT2_ROOT_INO; }
    [[nodiscard]] Outcome<NodeStatus> status(Node node) override;
    [[nodiscard]] Outcome<std::optional<Node>> find(Node folder, const std::string &name) override;
    [[nodiscard]] Outcome<std::vector<std::string>> list(Node folder) override;
    [[nodiscard]] Outcome<std::string> link(Node node) override;
    [[nodiscard]] Outcome<std::string> read(Node node, std::uint64_t offset, std::size_t size) override;
    [[nodiscard]] Outcome<std::optional<StoredRun>> data_from(Node node, std::uint64_t offset) override;
    [[nodiscard]] Outcome<NodeTimes> times(Node node) override;
    [[nodiscard]] Outcome<Attributes> attributes(Node node) override;
    [[nodiscard]] Outcome<std::uint64_t> free_space() override;

    [[nodiscard]] Outcome<Node> make_file(Node folder, const std::string &name, unsigned mode) override;
    [[nodiscard]] Outcome<> make_folder(Node folder, const std::string &name, unsigned mode) override;
    [[nodiscard]] Outcome<> make_link(Node folder, const std::string &name, const std::string &to) override;
    [[nodiscard]] Outcome<> write(Node node, std::uint64_t offset, std::string_view content) override;
    [[nodiscard]] Outcome<> truncate(Node node, std::uint64_t bytes) override;
    [[nodiscard]] Outcome<> remove(Node folder, const std::string &name) override;
    [[nodiscard]] Outcome<> remove_folder(Node folder, const std::string &name) override;
    [[nodiscard]] Outcome<> rename(Node from_folder, const std::string &from, Node to_folder,
                                   const std::string &to) override;
    [[nodiscard]] Outcome<> set_owner(Node node, std::uint32_t uid, std::uint32_t gid) override;
    [[nodiscard]] Outcome<> set_mode(Node node, unsigned mode) override;
    [[nodiscard]] Outcome<> set_times(Node node, const NodeTimes &times) override;
    [[nodiscard]] Outcome<> set_attribute(Node node, const std::string &name, std::string_view value) override;

    [[nodiscard]] Outcome<> trim() override;
    [[nodiscard]] Outcome<> sync() override { return volume_.sync(); }

  private:
    /// What is at a name.
    struct Named {
        ext2_ino_t number;
        ExtInode inode;
    };
    [[nodiscard]] Outcome<Named> named(ext2_ino_t folder, const std::string &name);
    /// May @name be made in @folder?  The folder's inode.
    [[nodiscard]] Outcome<ExtInode> check_new(ext2_ino_t folder, const std::string &name, std::uint64_t blocks);
    [[nodiscard]] Outcome<ext2_ino_t> new_inode(ext2_ino_t folder, unsigned mode);
    /// Owner, flags and mode of what was made, and its name in @folder.
    [[nodiscard]] Outcome<> finish_new(ext2_ino_t folder, const std::string &name, ext2_ino_t number, unsigned mode);
    /// Something was added to the folder, or taken out of it.
    /// Ends a change of the content of the file @number.
    [[nodiscard]] Outcome<> finish_content(ext2_ino_t number);
    [[nodiscard]] Outcome<> touch(ext2_ino_t folder, int links = 0);
    /// Takes the name away and what it means, with the last one.
    [[nodiscard]] Outcome<> drop(ext2_ino_t number, ExtInode inode);
    [[nodiscard]] Outcome<> replace(const Named &moved, ext2_ino_t folder, const std::string &name, Named old);
    [[nodiscard]] Outcome<const std::vector<BlockRun> *> runs_of(ext2_ino_t number, ExtInode &inode);
    [[nodiscard]] Outcome<ExtInode> regular(Node node);
    [[nodiscard]] Outcome<ExtInode> changeable(Node node);
    [[nodiscard]] Outcome<ExtInode> writable_file(Node node, bool appends);

    ExtVolume volume_;
    ExtFolders folders_;
    Bytes &bytes_;
    ext2_ino_t runs_number_ = 0; ///< whose runs_ these are; 0: nobody's
    std::vector<BlockRun> runs_;
};

} // namespace h2k
