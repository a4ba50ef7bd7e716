// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/fat/folder.h"
#include "convert/direct/program/files/file_system.h"
#include <memory>

namespace h2k {

/// FAT12, FAT16 and FAT32 with long names, as Linux mounts them without options, but for names, which are UTF-8: all
/// belongs to root, 0755; names differ in more than case.  There are no links, owners, modes or extended attributes.
/// A node is the offset of its short entry on the device, so that it is another one after rename().
class Fat final : public FileSystem {
  public:
    /// @bytes outlive it.
    [[nodiscard]] static Outcome<std::unique_ptr<FileSystem>> open(Bytes &bytes, bool read_only);
    Fat(Bytes &bytes, const FatGeometry &geometry, FatTable table, bool read_only)
        : bytes_(bytes), geometry_(geometry), table_(std::move(table)), read_only_(read_only) {}

    [[nodiscard]] Node root() const override { return root_node; }
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
    [[nodiscard]] Outcome<> set_attribute(Node node, const std::string &name, std::string_view value) override;
    [[nodiscard]] Outcome<> set_times(Node node, const NodeTimes &times) override;

    [[nodiscard]] Outcome<> trim() override;
    [[nodiscard]] Outcome<> sync() override;

  private:
    static constexpr Node root_node = 1; ///< entries lie at multiples of 32

    [[nodiscard]] Outcome<FatSlot> entry(Node node);
    [[nodiscard]] Outcome<> store(Node node, const FatSlot &entry) { return from_disk(bytes_.write(node, entry)); }
    [[nodiscard]] Outcome<FatSlot> file(Node node);
    [[nodiscard]] Outcome<FatChain> chain_of(const FatSlot &entry) const;
    [[nodiscard]] std::uint32_t first_of(std::string_view entry) const;
    void set_first(FatSlot &entry, std::uint32_t cluster) const;
    /// The cluster that ".." names in what is below the folder.
    [[nodiscard]] Outcome<std::uint32_t> as_parent(Node folder);
    [[nodiscard]] Outcome<FatChain> folder_chain(Node node);
    [[nodiscard]] Outcome<FatFolder> folder(Node node);
    [[nodiscard]] std::uint64_t clusters_for(std::uint64_t bytes) const;

    [[nodiscard]] Outcome<> may_change() const;
    /// Adds @wanted clusters to @chain, which @entry has.
    [[nodiscard]] Outcome<> grow(FatSlot &entry, FatChain &chain, std::uint64_t wanted);
    /// Makes space in @folder for @count slots more at its end.
    [[nodiscard]] Outcome<> grow_folder(Node node, const FatFolder &folder, std::size_t count);
    /// The new name in the folder, with all else of @content.  EEXIST.
    [[nodiscard]] Outcome<Node> add(Node folder, const std::string &name, const FatSlot &content);
    [[nodiscard]] Outcome<> drop(FatFolder &folder, const FatEntry &entry);
    [[nodiscard]] Outcome<> check_replaced(const FatEntry &moved, const FatEntry &old);
    [[nodiscard]] Outcome<bool> is_empty(const FatEntry &entry);
    [[nodiscard]] Outcome<> set_parent(const FatSlot &entry, std::uint32_t cluster);

    Bytes &bytes_;
    FatGeometry geometry_;
    FatTable table_;
    bool read_only_;
};

// The fields of a short entry.
[[nodiscard]] bool is_fat_folder(std::string_view entry);
[[nodiscard]] std::uint32_t fat_file_bytes(std::string_view entry);
void set_fat_file_bytes(FatSlot &entry, std::uint64_t bytes);
[[nodiscard]] NodeTimes fat_times(std::string_view entry);
void set_fat_times(FatSlot &entry, const NodeTimes &times);
/// It was written now.
void touch_fat(FatSlot &entry);

} // namespace h2k
