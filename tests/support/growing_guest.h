// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once
#include "convert/model/overlay.h"

namespace h2k::test {

/// An Overlay whose files grow and shrink: an image is its text, and what is put behind it the text of each file.
class GrowingGuest final : public Guest {
  public:
    explicit GrowingGuest(const GuestView &below) : overlay_(below) {}
    bool full = false;  ///< no copy fits
    bool grows = true;  ///< else no image can be extended
    std::string leaves; ///< what any program of the guest leaves of /boot/initrd; empty: as it is

    Result<std::optional<std::string>> read(const std::string &path) const override {
        return overlay_.read(H2K_TRY(real(path)));
    }
    Result<std::vector<std::string>> list(const std::string &glob) const override { return overlay_.list(glob); }
    Result<std::optional<std::string>> link(const std::string &path) const override { return overlay_.link(path); }
    Result<std::vector<std::string>> initramfs_names(const std::string &path) const override {
        return overlay_.initramfs_names(path);
    }
    Result<std::string> sha256(const std::string &path) const override { return overlay_.sha256(H2K_TRY(real(path))); }
    Result<std::optional<FreeSpace>> space(const std::string &path) const override {
        const auto content = H2K_TRY(read(path));
        return content ? std::optional{FreeSpace{.file = content->size()}} : std::nullopt;
    }
    Result<Kept> keep(const std::string &path, const std::string &copy) override {
        return full ? Kept::no_space : overlay_.keep(path, copy);
    }
    Result<> apply(const Change &change) override {
        const auto *extend = std::get_if<ExtendInitramfs>(&change.action);
        if (extend && !grows)
            return fail(H2K_ERROR_FAILED, "it cannot grow");
        if (extend) {
            auto text = H2K_TRY(read(extend->image)).value_or("");
            for (const auto &file : extend->files)
                text += file.content;
            return write(extend->image, text);
        }
        if (const auto *cut = std::get_if<CutFile>(&change.action)) {
            if (H2K_TRY(sums(cut->path, cut->bytes)).part != cut->sha256)
                return fail(H2K_ERROR_FAILED, "it begins with something else");
            return write(cut->path, H2K_TRY(read(cut->path)).value_or("").substr(0, cut->bytes));
        }
        if (!facts_of(change).command.empty() && !leaves.empty())
            H2K_CHECK(write("/boot/initrd", leaves));
        return overlay_.apply(change);
    }

  private:
    /// Where absolute links lead to, as neither an Overlay nor what is below it follows them.
    Result<std::string> real(std::string path) const {
        while (const auto to = H2K_TRY(link(path)))
            path = *to;
        return path;
    }
    Result<> write(const std::string &path, const std::string &content) {
        return overlay_.apply({"linux.test", "", WriteFile{.path = H2K_TRY(real(path)), .content = content}});
    }

    Overlay overlay_;
};

} // namespace h2k::test
