// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/guest.h"
#include <map>
#include <set>

namespace h2k {

/// A guest as it will be: a view with planned changes laid over it, in memory.
/// Of what a RunInGuest does, only the files that it says it removes and makes are known, the latter as empty ones; a
/// file of the host's that is copied in reads as empty; an image that is rebuilt or extended has the modules that
/// this promises.
class Overlay final : public Guest {
  public:
    explicit Overlay(const GuestView &below) noexcept : below_(below) {}
    [[nodiscard]] Result<std::optional<std::string>> read(const std::string &path) const override;
    [[nodiscard]] Result<std::vector<std::string>> list(const std::string &glob) const override;
    [[nodiscard]] Result<std::optional<std::string>> link(const std::string &path) const override;
    [[nodiscard]] Result<std::string> sha256(const std::string &path) const override;
    [[nodiscard]] Result<FileSums> sums(const std::string &path, std::uint64_t bytes) const override;
    [[nodiscard]] Result<std::vector<std::string>> initramfs_names(const std::string &path) const override;
    /// As before the planned changes, which keep the mode of a file.
    [[nodiscard]] Result<bool> is_public(const std::string &path) const override { return below_.is_public(path); }
    /// Planned changes are not counted.
    [[nodiscard]] Result<std::optional<FreeSpace>> space(const std::string &path) const override {
        return below_.space(path);
    }
    [[nodiscard]] Notices notices() const override { return below_.notices(); }
    [[nodiscard]] bool is_planned(const std::string &path) const override {
        return changed_.contains(path) || rebuilt_.contains(path) || below_.is_planned(path);
    }
    [[nodiscard]] Result<> apply(const Change &change) override;
    [[nodiscard]] Result<Kept> keep(const std::string &path, const std::string &copy) override;

  private:
    [[nodiscard]] Result<std::string> content_of(const Effect &write) const;
    Result<> apply_effect(const Effect &effect);

    const GuestView &below_;
    std::map<std::string, std::optional<std::string>> changed_; ///< nullopt: removed
    std::map<std::string, std::string> links_;                  ///< links made, by path
    std::set<std::string> folders_;                             ///< made
    std::map<std::string, std::vector<std::string>> rebuilt_;   ///< image → names added
};

} // namespace h2k
