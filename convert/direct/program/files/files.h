// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/direct/program/files/tree.h"

namespace h2k {

/// What is done to files by their paths, as FileCalls of the guest layer describes it for each lane.
class Files {
  public:
    explicit Files(const Tree &tree) : tree_(tree) {}

    [[nodiscard]] Outcome<std::optional<NodeStatus>> status(const std::string &path, bool follow) const;
    [[nodiscard]] Outcome<std::optional<std::string>> real_path(const std::string &path) const;
    [[nodiscard]] Outcome<std::string> link(const std::string &path) const;
    [[nodiscard]] Outcome<std::string> read(const std::string &path, std::uint64_t offset, std::size_t size) const;
    [[nodiscard]] Outcome<std::string> sha256(const std::string &path) const;
    [[nodiscard]] Outcome<std::uint64_t> free_space(const std::string &folder) const;
    [[nodiscard]] Outcome<std::optional<std::string>> label(const std::string &path) const;

    [[nodiscard]] Outcome<> write(const std::string &path, std::string_view content) const;
    [[nodiscard]] Outcome<> append(const std::string &path, std::string_view content) const;
    [[nodiscard]] Outcome<> truncate(const std::string &path, std::uint64_t bytes) const;
    [[nodiscard]] Outcome<> copy(const std::string &from, const std::string &to) const;
    [[nodiscard]] Outcome<> copy_attributes(const std::string &from, const std::string &to) const;
    [[nodiscard]] Outcome<> set_owner(const std::string &path, std::uint32_t uid, std::uint32_t gid,
                                      unsigned mode) const;
    [[nodiscard]] Outcome<> set_label(const std::string &path, std::string_view label) const;
    [[nodiscard]] Outcome<> make_folder(const std::string &path, unsigned mode) const;
    [[nodiscard]] Outcome<> make_link(const std::string &to, const std::string &path) const;
    [[nodiscard]] Outcome<> remove(const std::string &path) const;
    [[nodiscard]] Outcome<> remove_folder(const std::string &path) const;
    [[nodiscard]] Outcome<> rename(const std::string &from, const std::string &to) const;

  private:
    [[nodiscard]] Outcome<TreePlace> regular(const std::string &path) const;
    const Tree &tree_;
};

} // namespace h2k
