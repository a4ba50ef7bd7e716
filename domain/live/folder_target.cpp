// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "domain/live/image_name.h"
#include "domain/live/published_files.h"
#include "domain/live/target.h"
#include <unistd.h>

namespace h2k {

namespace {

class FolderTarget final : public Target {
  public:
    FolderTarget(std::string folder, std::vector<std::string> made) noexcept
        : folder_(std::move(folder)), made_(std::move(made)) {}
    /// Removes folders that were created for a job and are empty.
    ~FolderTarget() override {
        for (const std::string &folder : made_)
            rmdir(folder.c_str());
    }
    FolderTarget(const FolderTarget &) = delete;
    FolderTarget &operator=(const FolderTarget &) = delete;

    Result<> check(const Machine &target) const override {
        H2K_CHECK(check_image_names(target));
        for (std::size_t i = 0; i < target.disks.size(); ++i)
            H2K_CHECK(require_free(disk_path(target, i)));
        for (const auto &iso : target.isos)
            H2K_CHECK(require_free(iso_path(target, iso)));
        return require_writable(folder_);
    }
    std::string work_parent() const override { return folder_; }
    std::string disk_path(const Machine &target, std::size_t index) const override {
        return folder_ + "/" + image_name(target, index);
    }
    std::string iso_path(const Machine &target, const IsoImage &iso) const override {
        return folder_ + "/" + iso_name(target, iso);
    }
    Result<> publish(const Machine &target, std::size_t index, const std::string &made, GCancellable *cancel) override {
        H2K_CHECK(check_cancelled(cancel));
        return files_.add(made, disk_path(target, index));
    }
    Result<> publish_iso(const Machine &target, const IsoImage &iso, const std::string &made,
                         GCancellable *cancel) override {
        H2K_CHECK(check_cancelled(cancel));
        return files_.add(made, iso_path(target, iso));
    }
    void withdraw() override { files_.remove_all(); }

  private:
    std::string folder_;
    std::vector<std::string> made_; ///< the deepest first
    PublishedFiles files_;
};

} // namespace

Result<std::unique_ptr<Target>> folder_target(const std::string &dir) {
    const std::string wanted = absolute_path(dir);
    std::vector<std::string> made;
    for (std::string at = wanted; !path_exists(at); at = folder_of(at))
        made.push_back(at);
    H2K_CHECK(make_folder(wanted, result_folder_mode));
    return std::make_unique<FolderTarget>(H2K_TRY(real_path(wanted)), std::move(made));
}

} // namespace h2k
