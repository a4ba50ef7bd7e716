// SPDX-License-Identifier: LGPL-2.1-or-later
#include "convert/base/files.h"
#include "convert/base/i18n.h"
#include "domain/live/image_name.h"
#include "domain/live/pool_targets.h"
#include "domain/live/published_files.h"
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace h2k {

namespace {

/// Are both on one mount of one file system, so that files can be renamed from one to the other?
bool same_mount(const std::string &a, const std::string &b) {
    struct statx left{}, right{};
    constexpr unsigned mask = STATX_BASIC_STATS | STATX_MNT_ID;
    if (statx(AT_FDCWD, a.c_str(), 0, mask, &left) != 0 || statx(AT_FDCWD, b.c_str(), 0, mask, &right) != 0)
        return false;
    const bool same_device = left.stx_dev_major == right.stx_dev_major && left.stx_dev_minor == right.stx_dev_minor;
    return same_device && left.stx_mnt_id == right.stx_mnt_id;
}

/// libvirt refuses to refresh a pool while uploads are running.
bool refresh(virStoragePoolPtr pool, GCancellable *cancel) {
    for (int tries = 0; tries < 20; ++tries) {
        if (virStoragePoolRefresh(pool, 0) == 0)
            return true;
        if (g_cancellable_is_cancelled(cancel))
            return false;
        g_usleep(G_USEC_PER_SEC / 4);
    }
    return false;
}

class PoolFolderTarget final : public Target {
  public:
    explicit PoolFolderTarget(Pool pool) noexcept : pool_(std::move(pool)) {}

    Result<> check(const Machine &target) const override {
        H2K_CHECK(check_image_names(target));
        for (std::size_t i = 0; i < target.disks.size(); ++i)
            H2K_CHECK(require_free_name(image_name(target, i)));
        for (const auto &iso : target.isos)
            H2K_CHECK(require_free_name(iso_name(target, iso)));
        return require_writable(pool_.path);
    }
    /// Beside the pool's folder if possible: everything in the folder itself is listed as a volume.
    std::string work_parent() const override {
        const std::string above = folder_of(pool_.path);
        return same_mount(above, pool_.path) && access(above.c_str(), W_OK | X_OK) == 0 ? above : pool_.path;
    }
    std::string disk_path(const Machine &target, std::size_t index) const override {
        return path_of(image_name(target, index));
    }
    std::string iso_path(const Machine &target, const IsoImage &iso) const override {
        return path_of(iso_name(target, iso));
    }
    Result<> publish(const Machine &target, std::size_t index, const std::string &made, GCancellable *cancel) override {
        return publish_file(image_name(target, index), made, cancel);
    }
    Result<> publish_iso(const Machine &target, const IsoImage &iso, const std::string &made,
                         GCancellable *cancel) override {
        return publish_file(iso_name(target, iso), made, cancel);
    }
    void withdraw() override {
        files_.remove_all();
        refresh(pool_.handle.get(), nullptr);
    }

  private:
    [[nodiscard]] std::string path_of(const std::string &volume) const { return pool_.path + "/" + volume; }
    [[nodiscard]] Result<> require_free_name(const std::string &volume) const {
        H2K_CHECK(require_free_volume(pool_, volume));
        return require_free(path_of(volume));
    }
    Result<> publish_file(const std::string &volume, const std::string &made, GCancellable *cancel) {
        H2K_CHECK(check_cancelled(cancel));
        // The mode of libvirt's volumes; libvirt gives the running domain access.
        if (chmod(made.c_str(), 0600) != 0)
            return fail(H2K_ERROR_TARGET, _("Cannot set the mode of “%s”: %s."), made.c_str(), g_strerror(errno));
        H2K_CHECK(files_.add(made, path_of(volume)));
        if (!refresh(pool_.handle.get(), cancel))
            return libvirt_failure(H2K_ERROR_TARGET, _("Cannot refresh the storage pool"));
        if (!Owned<virStorageVol>{virStorageVolLookupByName(pool_.handle.get(), volume.c_str())})
            return libvirt_failure(H2K_ERROR_TARGET, _("The storage pool does not list the new volume"));
        return {};
    }

    Pool pool_;
    PublishedFiles files_;
};

} // namespace

std::unique_ptr<Target> pool_folder_target(Pool pool) { return std::make_unique<PoolFolderTarget>(std::move(pool)); }

} // namespace h2k
