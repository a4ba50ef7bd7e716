// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/fat/names.h"
#include "convert/direct/program/fat/runs.h"

namespace h2k {

/// A name in a folder.
struct FatEntry {
    std::string name;
    std::string alias;        ///< its short name
    std::size_t first = 0;    ///< the first of its slots, by their number in the folder
    std::size_t last = 0;     ///< its short entry
    std::string_view slot;    ///< that entry's bytes, while the folder lives
    std::uint64_t offset = 0; ///< of that entry on the device
};

/// All slots of a folder, as they were when it was loaded, or were written since.
class FatFolder {
  public:
    static constexpr std::uint64_t most_bytes = 65536 * fat_slot_bytes;

    /// @runs: where it is; most_bytes at most.  @bytes outlive it.
    [[nodiscard]] static Outcome<FatFolder> load(Bytes &bytes, std::vector<FatRun> runs);
    FatFolder(FatFolder &&) = default;
    /// Without "." and "..", and without a volume's label.
    [[nodiscard]] const std::vector<FatEntry> &entries() const noexcept { return entries_; }
    /// By its name or its short one, whatever their case; null: none.
    [[nodiscard]] const FatEntry *find(const std::string &name) const;
    [[nodiscard]] std::set<std::string> short_names() const;
    /// The raw slot @number, which is there.
    [[nodiscard]] std::string_view slot(std::size_t number) const;
    [[nodiscard]] std::size_t slots() const noexcept { return content_.size() / fat_slot_bytes; }
    /// Where on the device.
    [[nodiscard]] std::uint64_t offset_of(std::size_t number) const;

    /// The first of @count free slots in a row, where slots that @leaving has count as free; null: there are none.
    [[nodiscard]] std::optional<std::size_t> gap(std::size_t count, const FatEntry *leaving = nullptr) const;
    /// Slots that could follow on the last one in use.
    [[nodiscard]] std::size_t left_at_end() const { return slots() - used_; }
    // After one of these, the entries are those of before.
    [[nodiscard]] Outcome<> put(std::size_t first, const std::vector<FatSlot> &slots);
    [[nodiscard]] Outcome<> erase(const FatEntry &entry);

  private:
    FatFolder(Bytes &bytes, std::vector<FatRun> runs) : bytes_(bytes), runs_(std::move(runs)) {}
    void read_entries();
    [[nodiscard]] bool is_free(std::size_t number) const;
    [[nodiscard]] Outcome<> store(std::size_t number, std::string_view slot);

    Bytes &bytes_;
    std::vector<FatRun> runs_;
    std::string content_;
    std::size_t used_ = 0; ///< slots before the end of the list
    std::vector<FatEntry> entries_;
};

} // namespace h2k
